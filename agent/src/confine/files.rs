//! The files and ports that the kernel leaves to a thread.

use std::path::{Path, PathBuf};

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible as _, LandlockStatus,
    NetPort, Ruleset, RulesetAttr as _, RulesetCreatedAttr as _, RulesetError, RulesetStatus,
    Scope, path_beneath_rules,
};

/// The newest kernel interface whose rights are asked for. Later ones add rights over sockets,
/// which are refused altogether here.
const NEWEST: ABI = ABI::V6;

/// What a thread may touch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    /// Files and folders that are read.
    pub(crate) read: Vec<PathBuf>,
    /// Folders in which files are made, changed and removed.
    pub(crate) write: Vec<PathBuf>,
    /// Ports of TCP to which connections are made.
    pub(super) ports: Vec<u16>,
}

impl Places {
    /// Places that are only read.
    pub(crate) fn reading<P: Into<PathBuf>>(paths: impl IntoIterator<Item = P>) -> Self {
        Self {
            read: paths.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// Adds a folder to write to.
    pub(crate) fn writing(mut self, folder: &Path) -> Self {
        self.write.push(folder.to_owned());
        self
    }
}

/// What the kernel took on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Landlock {
    /// The version of its interface.
    pub(super) abi: i32,
    /// Whether it limits everything that was asked.
    pub(super) fully: bool,
}

/// Leaves these places to the calling thread, and to those that it starts, and no other. What does
/// not exist is not there to be touched.
pub(super) fn only(places: &Places) -> Result<Landlock, String> {
    let status = restrict(places).map_err(|error| error.to_string())?;
    let abi = match status.landlock {
        LandlockStatus::NotEnabled => {
            return Err("Landlock is switched off in this kernel".to_owned());
        }
        LandlockStatus::NotImplemented => return Err("this kernel has no Landlock".to_owned()),
        LandlockStatus::Available {
            effective_abi,
            kernel_abi,
        } => kernel_abi.unwrap_or(effective_abi as i32),
    };
    match status.ruleset {
        RulesetStatus::NotEnforced => Err("the kernel took no rule of Landlock".to_owned()),
        kept => Ok(Landlock {
            abi,
            fully: kept == RulesetStatus::FullyEnforced,
        }),
    }
}

fn restrict(places: &Places) -> Result<landlock::RestrictionStatus, RulesetError> {
    let reading: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::ReadDir;
    let special = AccessFs::MakeChar
        | AccessFs::MakeBlock
        | AccessFs::MakeFifo
        | AccessFs::MakeSock
        | AccessFs::IoctlDev;
    let writing = (AccessFs::from_all(NEWEST) & !AccessFs::Execute) & !special;
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .add_rules(path_beneath_rules(&places.read, reading))?
        .add_rules(path_beneath_rules(&places.write, writing))?;
    for port in &places.ports {
        rules = rules.add_rule(NetPort::new(*port, AccessNet::ConnectTcp))?;
    }
    rules.restrict_self()
}
