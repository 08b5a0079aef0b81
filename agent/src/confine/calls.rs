//! The system calls that the kernel refuses to this process.
//!
//! Two filters. The first is for the whole run: no other program, no look into another process, no
//! way round the second filter, and only the sockets that a database or a name server needs. The
//! second takes away sockets altogether: what is open stays open, and nothing can be opened.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

/// What is refused, by the number of the call; without a rule it is refused whatever its arguments.
type Refused = BTreeMap<i64, Vec<SeccompRule>>;

/// What the packet family was before it was one; the kernel still takes it.
const OLD_PACKET: i32 = 10;

/// A reason why a filter is not in force.
type Reason = String;

/// Refuses to the calling thread, and to those that it starts, what no part of a run needs.
pub(super) fn never() -> Result<(), Reason> {
    // The C library takes "not implemented" as a request to use the older call, which can be judged
    // by its arguments.
    let newer = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    apply(newer, libc::ENOSYS, seccompiler::apply_filter)?;
    apply(
        whole_run().map_err(|error| error.to_string())?,
        libc::EPERM,
        seccompiler::apply_filter,
    )
}

/// Takes sockets away from the calling thread, and from those that it starts.
pub(super) fn no_sockets_here() -> Result<(), Reason> {
    let refused = sockets().map_err(|error| error.to_string())?;
    apply(refused, libc::EPERM, seccompiler::apply_filter)
}

/// Takes sockets away from every thread of the process, at once.
pub(super) fn no_sockets_anywhere() -> Result<(), Reason> {
    let refused = sockets().map_err(|error| error.to_string())?;
    apply(refused, libc::EPERM, seccompiler::apply_filter_all_threads)
}

fn apply(
    refused: Refused,
    errno: i32,
    apply: fn(seccompiler::BpfProgramRef<'_>) -> seccompiler::Result<()>,
) -> Result<(), Reason> {
    let arch: TargetArch = std::env::consts::ARCH
        .try_into()
        .map_err(|_| format!("there is no filter for {}", std::env::consts::ARCH))?;
    let filter = SeccompFilter::new(
        refused,
        SeccompAction::Allow,
        SeccompAction::Errno(errno.unsigned_abs()),
        arch,
    );
    let program: BpfProgram = filter
        .and_then(BpfProgram::try_from)
        .map_err(|error| error.to_string())?;
    apply(&program).map_err(|error| error.to_string())
}

/// What no part of a run needs.
fn whole_run() -> Result<Refused, seccompiler::BackendError> {
    let mut refused = Refused::new();
    for call in [
        libc::SYS_execve,
        libc::SYS_execveat,
        // Another process, or this one seen from another.
        libc::SYS_kcmp,
        libc::SYS_pidfd_getfd,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_ptrace,
        // Work that the kernel does on behalf of a process passes no filter.
        libc::SYS_io_uring_enter,
        libc::SYS_io_uring_register,
        libc::SYS_io_uring_setup,
        // The kernel itself, its keys, its clock, its mounts.
        libc::SYS_acct,
        libc::SYS_add_key,
        libc::SYS_adjtimex,
        libc::SYS_bpf,
        libc::SYS_chroot,
        libc::SYS_clock_adjtime,
        libc::SYS_clock_settime,
        libc::SYS_delete_module,
        libc::SYS_finit_module,
        libc::SYS_fsconfig,
        libc::SYS_fsmount,
        libc::SYS_fsopen,
        libc::SYS_fspick,
        libc::SYS_init_module,
        libc::SYS_kexec_load,
        libc::SYS_keyctl,
        libc::SYS_mount,
        libc::SYS_mount_setattr,
        libc::SYS_move_mount,
        libc::SYS_name_to_handle_at,
        libc::SYS_open_by_handle_at,
        libc::SYS_open_tree,
        libc::SYS_perf_event_open,
        libc::SYS_personality,
        libc::SYS_pivot_root,
        libc::SYS_quotactl,
        libc::SYS_reboot,
        libc::SYS_request_key,
        libc::SYS_setns,
        libc::SYS_settimeofday,
        libc::SYS_swapoff,
        libc::SYS_swapon,
        libc::SYS_umount2,
        libc::SYS_unshare,
        libc::SYS_userfaultfd,
        // Nobody is to connect to this program.
        libc::SYS_accept,
        libc::SYS_accept4,
        libc::SYS_bind,
        libc::SYS_listen,
    ] {
        refused.insert(call, Vec::new());
    }
    #[cfg(target_arch = "x86_64")]
    for call in [libc::SYS_fork, libc::SYS_vfork] {
        refused.insert(call, Vec::new());
    }
    // A thread is a clone that shares everything; all others are processes.
    refused.insert(
        libc::SYS_clone,
        vec![rule([flag(0, number(libc::CLONE_THREAD), false)])?],
    );
    refused.insert(libc::SYS_socket, kinds()?);
    // Data that is sent while connecting passes no check of the connection.
    let fast_open = number(libc::MSG_FASTOPEN);
    refused.insert(libc::SYS_sendto, vec![rule([flag(3, fast_open, true)])?]);
    refused.insert(libc::SYS_sendmsg, vec![rule([flag(2, fast_open, true)])?]);
    refused.insert(
        libc::SYS_setsockopt,
        vec![rule([
            is(1, number(libc::IPPROTO_TCP)),
            is(2, number(libc::TCP_FASTOPEN_CONNECT)),
        ])?],
    );
    Ok(with_x32(refused))
}

/// Which sockets are refused from the start: any family but those of the internet, of the machine
/// itself and of its table of addresses, which looking up a name asks; any kind of packet but
/// streams and datagrams; any protocol but TCP and UDP.
fn kinds() -> Result<Vec<SeccompRule>, seccompiler::BackendError> {
    let [unix, v4, v6, table] = [
        number(libc::AF_UNIX),
        number(libc::AF_INET),
        number(libc::AF_INET6),
        number(libc::AF_NETLINK),
    ];
    let mut rules = vec![
        rule([not(0, unix), not(0, v4), not(0, v6), not(0, table)])?,
        rule([is(0, table), not(2, number(libc::NETLINK_ROUTE))])?,
        rule([
            not(0, table),
            not(2, 0),
            not(2, number(libc::IPPROTO_TCP)),
            not(2, number(libc::IPPROTO_UDP)),
        ])?,
    ];
    for kind in [
        libc::SOCK_RAW,
        libc::SOCK_RDM,
        libc::SOCK_SEQPACKET,
        libc::SOCK_DCCP,
        OLD_PACKET,
    ] {
        // The upper bits are flags.
        let masked = condition(1, SeccompCmpOp::MaskedEq(0xf), number(kind));
        rules.push(rule([not(0, table), masked])?);
    }
    Ok(rules)
}

/// Everything that makes, connects or hands over a socket. A stream that is connected is read and
/// written without these.
fn sockets() -> Result<Refused, seccompiler::BackendError> {
    let mut refused = Refused::new();
    for call in [
        libc::SYS_accept,
        libc::SYS_accept4,
        libc::SYS_bind,
        libc::SYS_connect,
        libc::SYS_listen,
        libc::SYS_recvmmsg,
        libc::SYS_recvmsg,
        libc::SYS_sendmmsg,
        libc::SYS_sendmsg,
        libc::SYS_socket,
        libc::SYS_socketpair,
    ] {
        refused.insert(call, Vec::new());
    }
    // Sending is for those that are connected: with an address, it would choose where to.
    let address = SeccompCondition::new(4, SeccompCmpArgLen::Qword, SeccompCmpOp::Ne, 0)?;
    refused.insert(libc::SYS_sendto, vec![SeccompRule::new(vec![address])?]);
    Ok(with_x32(refused))
}

/// On some kernels a process can ask for the same calls by a second set of numbers.
#[cfg(target_arch = "x86_64")]
fn with_x32(mut refused: Refused) -> Refused {
    /// What marks such a number.
    const X32: i64 = 0x4000_0000;
    /// Those that have a number of their own there.
    const OWN: [(i64, i64); 9] = [
        (libc::SYS_execve, 520),
        (libc::SYS_ptrace, 521),
        (libc::SYS_sendmsg, 518),
        (libc::SYS_recvmsg, 519),
        (libc::SYS_kexec_load, 528),
        (libc::SYS_recvmmsg, 537),
        (libc::SYS_sendmmsg, 538),
        (libc::SYS_setsockopt, 541),
        (libc::SYS_execveat, 545),
    ];
    let mut second = Refused::new();
    for (call, rules) in &refused {
        second.insert(call | X32, rules.clone());
        for (_, own) in OWN.iter().filter(|(known, _)| known == call) {
            second.insert(own | X32, rules.clone());
        }
    }
    refused.extend(second);
    refused
}

#[cfg(not(target_arch = "x86_64"))]
fn with_x32(refused: Refused) -> Refused {
    refused
}

type Condition = Result<SeccompCondition, seccompiler::BackendError>;

fn rule<const N: usize>(
    conditions: [Condition; N],
) -> Result<SeccompRule, seccompiler::BackendError> {
    let conditions: Result<Vec<SeccompCondition>, _> = conditions.into_iter().collect();
    SeccompRule::new(conditions?)
}

fn condition(argument: u8, operator: SeccompCmpOp, value: u64) -> Condition {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
}

fn is(argument: u8, value: u64) -> Condition {
    condition(argument, SeccompCmpOp::Eq, value)
}

fn not(argument: u8, value: u64) -> Condition {
    condition(argument, SeccompCmpOp::Ne, value)
}

fn flag(argument: u8, flag: u64, set: bool) -> Condition {
    let value = if set { flag } else { 0 };
    condition(argument, SeccompCmpOp::MaskedEq(flag), value)
}

fn number(constant: i32) -> u64 {
    u64::from(constant.unsigned_abs())
}
