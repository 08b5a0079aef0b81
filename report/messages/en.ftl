# The page's own words. Evidence, ids and the texts of rules stay as they are.

## Outcomes

outcome-fail = failed
outcome-error = rule error
outcome-unknown = not known
outcome-manual = needs a person
outcome-waived = waived
outcome-pass = passed
outcome-not-applicable = not applicable
false-assurance = looks safe, is not

verdict-pass = Passed
verdict-fail = Failed
verdict-incomplete = Incomplete
verdict-nothing-to-judge = Nothing to judge

severity-critical = critical
severity-high = high
severity-medium = medium
severity-low = low
severity-info = info

## The verdict in a sentence

nothing-judged = No question applies to this workspace, so nothing was judged.
some-failed = { $judged ->
    [one] The one question that applies to this workspace failed{ $gravity ->
        [none] .
       *[other] , and that is serious.
    }
   *[other] Of { $judged } questions that apply to this workspace, { $failed } failed{ $gravity ->
        [none] .
        [only] , and that is serious.
        [all] , all of them serious.
       *[some] , { $serious } of them serious.
    }
}
none-failed = { $judged ->
    [one] The one question that applies to this workspace did not fail.
   *[other] None of the { $judged } questions that apply to this workspace failed.
}
undecided = { $count ->
    [one] One question could not be answered, and a failure may hide there.
   *[other] { $count } questions could not be answered, and a failure may hide there.
}

## How sure it is

sure-chain = The chain of reports: { $text }.
sure-ignored = { $count ->
    [one] One setting looks safe and has a value that the running server ignores.
   *[other] { $count } settings look safe and have values that the running server ignores.
}
sure-unknown = { $count ->
    [one] One question could not be answered from the evidence; the reason stands with it.
   *[other] { $count } questions could not be answered from the evidence; the reason stands with each.
}
sure-error = { $count ->
    [one] One rule could not be evaluated; that is a fault of this program.
   *[other] { $count } rules could not be evaluated; that is a fault of this program.
}
sure-manual = { $count ->
    [one] One question needs a person's answer.
   *[other] { $count } questions need a person's answer.
}
sure-waived = { $count ->
    [one] One failure is waived: it is accepted for a time, and is not mended.
   *[other] { $count } failures are waived: they are accepted for a time, and are not mended.
}
sure-gaps = { $count ->
    [one] One part of the database could not be read.
   *[other] { $count } parts of the database could not be read.
}
sure-no-profile = No profile was declared, so one was inferred.
sure-hiding = The policy leaves out rules whose outcome would not be “passed”: { $rules }.
sure-idle = The policy leaves out what would pass or does not apply, so that the exclusion is not needed: { $rules }.
sure-foreign = Settings are stored that no known release has (AUD-007). If this is a fork, statements that depend on the version hold for the release it is based on.
sure-version = The version is in doubt: { $conflict }.
sure-packets = Nothing in a database proves that no packet was sent; only a log of the network can.

## The first screen

page-title = Audit of { $name }: { $verdict }
page-kind = Privacy audit of a Rocket.Chat workspace
skip-to-findings = Skip to the findings
first-title = What to do first
first-none = No rule failed.
sure-title = How sure this is
alarms-title = Accepted for now, and what is due
alarms-none = Nothing there needs attention.
alarm-not-signed = Waivers that do not count because of the signature of their file:
alarm-other-value = What was found is not what was accepted, so the finding is back:
alarm-expired = Waivers that have ended:
alarm-expiring = Waivers that end within { $days } days:
alarm-too-long = Waivers that last longer than { $days } days, which the policy allows, and so never count:
alarm-unknown-rule = Waivers of rules that do not exist:
alarm-unmatched = Waivers that nothing needs:
alarm-not-applied = Waivers that do not apply, because nobody knows whether the rule fails:
alarm-overlapping = Waivers that overlap:
alarm-not-yet-valid = Waivers that begin later:
alarm-plan-overdue = Plans that are overdue:
alarm-plan-due = Plans that are due within { $days } days:
alarm-statement-evidence = Statements whose document is another one:
alarm-statement-expired = Statements that have ended:
alarm-statement-expiring = Statements that end within { $days } days:
facts-judged-as = Judged as
facts-registration = Registration
facts-licence = Licence
facts-database = Database
facts-read = Read
facts-judged-for = Judged as of
facts-report = Report
facts-challenge = Challenge

version-between = { $low } or later, before { $high }
version-from = { $low } or later
version-before = before { $high }
unknown = unknown
licence-offline = { $state }, for offline use
licence-ends = { $state }, ends { $ends }
registration-registered = registered
registration-registered-offline = registered offline
registration-unregistered = not registered
source-server = a running MongoDB
source-dump-folder = a folder written by mongodump
source-dump-archive = an archive written by mongodump
source-settings = a file with the settings alone

## What changed

changes-title = What changed
changes-first = There is no earlier report of this workspace in its folder to compare with.
changes-since = Since the report of { $date }:
changes-none = No outcome changed since the report of { $date }.
changes-failed = Failed now:
changes-mended = No longer failed:
changes-unknown = No longer known:
changes-other = Other outcomes that changed:
changes-opened = Ways out that opened:
changes-closed = Ways out that closed:
trend-title = Failed and unknown rules in the last reports
trend-words = Failed rules in the last { $count } reports: { $first } in the first of them, { $last } in the last.
trend-table = In numbers
trend-date-head = Report of

## The overview

overview-title = Overview
outcomes-title = Outcomes
outcome-head = Outcome
rules-head = Rules
severities-title = Failed rules by severity
severity-head = Severity
failed-head = Failed
bar-head = Bar
score = Score at least { $score } of 100.
heat-title = Rules by area: what failed, by severity, and what became of the others
area-head = Area

## What can leave

map-title = What can leave this workspace
map-about = Active: data can leave now. Dormant: one click or one restart lets it. What was read is a database; that no packet was sent, only a log of the network can show.
map-none = Nothing was found that can leave.
map-home = This workspace
map-goes-to = goes to
map-legend = Solid line: active. Dashed line: dormant. Dotted line with a question mark: unknown. A dot marks each kind of data that the flow includes.
map-drawing = Drawing of what can leave
map-drawing-words = { $active } active, { $dormant } dormant and { $unknown } unknown ways out of this workspace; the table below says the same in words.
map-open = What can leave
map-closed = What is off
map-more = { $count ->
    [one] One more flow that is off or that this workspace does not have
   *[other] { $count } more flows that are off or that this workspace does not have
}
flow-head = Flow
state-head = State
flow-what-head = What goes, and to whom
because-head = Because
flow-off-head = How to switch it off, and to show that it is
flow-recipient = Recipient:
flow-shown-by = Shown by:
flow-to-head = To whom
state-active = active
state-dormant = dormant
state-unknown = not known
state-off = off
state-not-applicable = not in this workspace
kind-account = Account
kind-usage = Usage
kind-app = Apps
kind-content = Content
kind-tracking = Tracking
kind-location = Location
kind-other = other
place-this-server = this server
place-own-network = own network
place-approved = approved by the policy
place-vendor = the vendor
place-other = somebody else
table-title = The vendor's own table, for this workspace
table-class = This workspace is { $class }.
table-data-head = Data
table-registered-head = Registered
table-unregistered-head = Unregistered
table-airgapped-head = Air-gapped
table-found-head = Found: open ways to the vendor and its subprocessors
table-agrees-head = Agrees with the profile { $profile }
none = none
class-registered-online = registered with the vendor, online
class-registered-offline = registered with the vendor for offline use
class-unregistered = not registered with the vendor
class-unknown = of an unknown class
agreement-contradicted = contradicted
agreement-as-stated = as stated
agreement-unknown = not known
agreement-nothing = nothing is stated

## Contacts

contacts-title = Whom the server reached, by the operator's logs
logs-cover = The logs cover { $period }.
logs-cover-from = The logs cover { $period }; only lines from { $from } count.
logs-no-time = a time that no line tells
contacts-open = Contacts that should not be, or that nobody declared
contacts-may-explain = Active flows that can go to any host may explain what no flow names:
contacts-others = Other contacts
contacts-more = { $count ->
    [one] One more that is declared, approved, refused or inside
   *[other] { $count } more that are declared, approved, refused or inside
}
contacts-not-listed = { $count ->
    [one] One more destination is counted above and not listed.
   *[other] { $count } more destinations are counted above and not listed.
}
destination-head = Destination
standing-head = What it is
flows-head = Flows
count-head = How often
first-last-head = First and last
port = port
logs-label = Logs
log-head = Log
lines-head = Lines
covers-head = Covers
standing-forbidden = the vendor, where it should not be
standing-undeclared = declared by nobody
standing-undeclared-address = no name, declared by nobody
standing-not-active = of flows that are not active
standing-declared = declared by an active flow
standing-database = the database that was read
standing-inside = inside
standing-refused = refused by the proxy or firewall
log-lines = { $count ->
    [one] one line: { $parts }
   *[other] { $count } lines: { $parts }
}
log-contacts = { $count ->
    [one] one contact
   *[other] { $count } contacts
}
log-inbound = { $count } about connections to the server
log-elsewhere = { $count } of other machines
log-other = { $count } about no connection
log-unread = { $count } that could not be read (number { $numbers })

## What the vendor says

promises-title = What the vendor's documents say, and what this workspace does
promises-about = Statements of the privacy policy of { $edition }, of the list of subprocessors, of the guidelines for law enforcement and of the notice on air-gapped workspaces, in our words. A verdict speaks of this workspace and never of the vendor.
edition-january = 5 January 2023
edition-october = 20 October 2023
clause-contradicted = contradicted
clause-contradicted-about = This workspace does otherwise.
clause-unproven = unproven
clause-unproven-about = What was read does not tell, or tells only part of it.
clause-supported = supported
clause-supported-about = This workspace does what it says.
clause-not-testable = not testable from here
clause-not-testable-about = It is about the vendor's side.
statements-label = Statements: { $verdict }
statement-head = Statement
says-head = What it says
verdict-head = Verdict
rests-on-head = Rests on
not-in-edition = (Not in the edition chosen.)
editions-title = Both editions side by side
topic-head = Topic
workspace-head = This workspace
not-mentioned = not mentioned

## Waivers, plans and statements

written-title = Waivers, plans and statements
written-about = All of them hold from the beginning of their first day to the end of their last one, in UTC. Only a failure can be waived. A waived rule is judged all the same, and if something else is found than was accepted, the finding is back.
waivers-chart = Days left of the waivers that apply
waivers-chart-words = { $count ->
    [one] One waiver applies; it ends with { $until }.
   *[other] { $count } waivers apply; the first of them ends with { $until }.
}
waivers-chart-line = Waivers that end before the dashed line are announced above.
days = { $count ->
    [one] one day
   *[other] { $count } days
}
waivers-label = Waivers
waiver-head = Waiver
waiver-why-head = Why, and by whom
waiver-days-head = From and to
waiver-accepted-head = What is accepted
waiver-overlaps = Overlaps
waivers-more = { $count ->
    [one] One more is of another workspace, or is not listed here.
   *[other] { $count } more are of other workspaces, or are not listed here.
}
left-head = Days left
waiver-applied = applies
waiver-spare = not needed beside another
waiver-other-value = another value
waiver-not-applied = does not apply
waiver-unmatched = nothing needs it
waiver-unknown-rule = no such rule
waiver-expired = ended
waiver-not-yet-valid = begins later
waiver-too-long = too long
waiver-not-signed = signature
signature-none = not signed
signature-trusted = signed
signature-not-trusted = signed by somebody who is not known
signature-bad = the signature does not fit
plans-label = Plans
plan-rule-head = Rule
plan-owner-head = Who
plan-due-head = Due
plan-note-head = What
plan-open = open
plan-overdue = overdue
plan-done = done
stated-label = What people state
stated-about-head = About
stated-text-head = Statement, and by whom
stated-document-head = Document
statement-in-force = in force
statement-evidence-differs = another document
document-same = (compared)
document-differs = (another document was found)
document-not-beside = (not compared)
card-waived = Waived to the end of { $until } (UTC) by { $approver }, { $ticket }; { $count ->
    [one] one day is left.
   *[other] { $count } days are left.
} Without the waiver: { $outcome }.
card-plan = Planned: { $owner }, due { $due }.
card-plan-overdue = Overdue: { $owner }, due { $due }.
card-accept = To accept this for now, a waiver says:

## Findings

findings-title = Findings
areas-label = Areas
filter-title = Filter
filter-search = Search
filter-outcome = Outcome
filter-severity = Severity
filter-all = all
filter-reset = Show all
filter-shown = { $shown } of { $all } findings shown
area-nothing-open = Nothing here is open.
fold-passed = { $count } passed
fold-not-applicable = { $count } not applicable
compared-label = What was compared for
looked-at-head = Looked at
wanted-head = Wanted
found-head = Found
from-head = From
last-written-head = Last written
first-seen = Failed since
why-title = Why it matters.
todo-title = What to do.
todo-panel = Panel
todo-environment = Environment
todo-rest = REST
todo-note = Note
relates-to = Relates to
origin-stored = stored
origin-default = built-in default
origin-environment = environment variable
origin-licence = replaced, not licensed
origin-data = read from the data
value-empty = (empty)
value-none = (none)
value-document = a document
value-secret = secret, { $state }

## Evidence

evidence-title = Evidence
evidence-version = Version drawn from
evidence-licence = Licence drawn from
evidence-snapshot = Snapshot
evidence-rules = Rules
evidence-policy = Policy
evidence-cluster-time = Cluster time
evidence-attached = Attached:
gaps-title = What could not be read
query-head = Query
collection-head = Collection
reason-head = Reason
reads-more = { $count ->
    [one] One read, the only one that was made
   *[other] { $count } reads, every one that was made
}
reads-label = Reads
where-head = Where
asked-head = What was asked
returned-head = Returned
bytes-head = Bytes
milliseconds-head = ms
policy-title = Policy in force
policy-left-out = Left out:
policy-packs = Packs: { $packs }. Failures count from severity { $severity }.
policy-layer = Layer
policy-locked = Locked:
parameters-label = Parameters
parameter-head = Parameter
value-head = Value
confinement-title = How the program was confined
confinement-missing = Not in force:
confinement-limits = It says nothing about root on the same machine, nor about a database that is copied elsewhere.
confinement-tried = What the program tried, after reading and before judging
attempt-head = Attempt
call-head = Ended by
answer-head = Answer
attempt-out = Not refused:

## Frameworks

frameworks-title = Laws and standards
frameworks-about = What the rules relate to, by law and standard, and what came of it here. A row without a failure is no proof of conformity: a rule sees what a database shows, and much of what a law asks for is not in it.
framework-gdpr = GDPR (European Union)
framework-lgpd = LGPD (Brazil)
framework-ccpa = CCPA (California)
framework-iso27001 = ISO/IEC 27001:2022, Annex A
framework-nist = NIST SP 800-53, revision 5
framework-soc2 = SOC 2, Trust Services Criteria
framework-bsi = BSI IT-Grundschutz, modules (mapping not verified)
framework-summary = { $name }: articles or controls looked at: { $covered }; with failed rules: { $failing }
control-head = Article or control
failing-head = Failed rules
uncovered = Not looked at by any rule: { $controls }.

## Method

check-title = How to check this report
check-about = A page can't vouch for itself. The file VERIFY.txt beside it has the commands, with OpenSSL, OpenSSH and sha256sum alone, that show who signed it and that nothing was changed. This page was made from report.json with this SHA-256:
check-commands = Commands to check it in the folder of the report
check-expected = The first has to print the digest above; the other two have to report success.
method-title = Method and limits
method-about = The program reads the database of the workspace and nothing else: settings first, then what the rules need of other collections, reduced before it leaves the database wherever that is possible. From the version, the licence and the defaults of each release it works out what really counts, and compares that with rules drawn from the vendor's privacy policies of 5 January and 20 October 2023, from the code of the server, and from the law that they name.
method-references = References say what a rule relates to. They are no legal advice and no proof of conformity.
glossary-pass = The evidence shows that the rule is met.
glossary-fail = The evidence shows that the rule is not met.
glossary-false-assurance = The stored value would do, but the running version, the licence or another setting makes it ineffective.
glossary-unknown = The evidence does not decide it. It is never counted as passed.
glossary-manual = No database can answer it; somebody has to state it.
glossary-waived = It fails, and somebody accepts that, as it was found, until a day that stands with it. It counts as neither passed nor mended.
glossary-not-applicable = The question does not arise in this version, profile or set-up.
made-by = Made by { $tool } { $version }. Report { $id }, SHA-256 of report.json { $digest }.

## Against another report

changes-missing = The report before this one can't be read, so what changed is not known, and failures are first seen now.
what-if = What if: { $count ->
    [one] one setting was taken to be otherwise than it is.
   *[other] { $count } settings were taken to be otherwise than they are.
} This report is not signed and is no evidence.
what-if-print = WHAT IF, NO EVIDENCE
compared-title = What changed, and why
compared-assumption = What would change
compared-intro-previous = Against the report of { $date }, the last one in the chain.
compared-intro-baseline = Against the report of { $date }, which was named as baseline.
compared-intro-assumption = Against the same evidence as it is, judged for { $date }.
compared-assumed = Taken to be otherwise
compared-setting-head = Setting
compared-is-head = Is
compared-assumed-head = Taken to be
compared-whole = Of the whole
compared-flows = Ways out
compared-clauses = Statements of the vendor
compared-change-head = Change
compared-before-head = Before
compared-now-head = Now
compared-statement-head = Statement
compared-last-failed = Failed before, last on

change-new = new
change-returned = returned
change-worse = worse
change-changed = changed
change-better = better
change-fixed = fixed
change-added = new rule
change-removed = rule gone
change-opened = opened
change-closed = closed

cause-value = value
cause-environment = environment
cause-data = data
cause-default = default
cause-parameter = parameter
cause-policy = policy
cause-waiver = exception
cause-attestation = statement
cause-version = release
cause-licence = licence
cause-gap = reading
cause-rule = rule
cause-rules = rules
cause-tool = program
cause-source = source
cause-other = reason

## Many workspaces

fleet-kind = Privacy audit of Rocket.Chat workspaces
fleet-skip = Skip to the workspaces
fleet-heading = { $count ->
    [one] One workspace
   *[other] { $count } workspaces
}
fleet-audited = { $count ->
    [0] No workspace was audited.
    [one] One workspace was audited.
   *[other] { $count } workspaces were audited.
}
fleet-missing = { $count ->
    [0] Nothing that was asked for is missing.
    [one] One more could not be audited, and a failure may hide there.
   *[other] { $count } more could not be audited, and failures may hide there.
}
fleet-verdicts = Workspaces by verdict
fleet-workspaces-head = Workspaces
fleet-missing-title = What could not be audited
fleet-missing-about = Nothing is known of these. Mend what stands here and audit them again.
fleet-target-head = Target
fleet-why-head = What happened
fleet-next-head = What to do
fleet-common-title = What fails most
fleet-common-about = Rules by the number of workspaces in which they failed
fleet-common-more = { $count ->
    [one] One more rule that fails or can't be decided somewhere
   *[other] { $count } more rules that fail or can't be decided somewhere
}
fleet-rule-head = Rule
fleet-changed = { $count ->
    [0] In no workspace did an outcome change since its report before.
    [one] In one workspace outcomes changed since its report before.
   *[other] In { $count } workspaces outcomes changed since their reports before.
}
fleet-changed-first = No workspace has an earlier report to compare with.
fleet-heat-title = Workspaces by area
fleet-heat-about = Each number counts the rules of an area that failed; the colour is that of the worst. A number behind a question mark counts rules that could not be decided. Within a verdict, the worst workspaces stand first; each leads to its own report.
fleet-workspace-head = Workspace
fleet-rows = { $verdict }: workspaces { $first } to { $last } of { $count }
fleet-check-about = Each workspace has a signed report of its own, and its digest is in fleet.json. The file VERIFY.txt beside this page has the commands that show who signed it and that nothing was changed. This page was made from fleet.json with this SHA-256:
fleet-made-by = Made by { $tool } { $version }. Report { $id }, SHA-256 of fleet.json { $digest }.
