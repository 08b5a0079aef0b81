# The page's own words. Evidence, ids and the texts of rules stay as they are.

## Outcomes

outcome-fail = nicht bestanden
outcome-error = Regelfehler
outcome-unknown = nicht bekannt
outcome-manual = manuell zu klären
outcome-waived = ausgenommen
outcome-pass = bestanden
outcome-not-applicable = nicht anwendbar
false-assurance = wirkt sicher, ist es nicht

verdict-pass = Bestanden
verdict-fail = Nicht bestanden
verdict-incomplete = Unvollständig
verdict-nothing-to-judge = Nichts zu beurteilen

severity-critical = kritisch
severity-high = hoch
severity-medium = mittel
severity-low = niedrig
severity-info = informativ

## The verdict in a sentence

nothing-judged = Kein Prüfpunkt ist auf diesen Workspace anwendbar, daher wurde nichts beurteilt.
some-failed = { $judged ->
    [one] Beim einzigen Prüfpunkt, der auf diesen Workspace anwendbar ist, lautet das Ergebnis „nicht bestanden“{ $gravity ->
        [none] .
       *[other] , und das ist schwerwiegend.
    }
   *[other] Bei { $failed } von { $judged } Prüfpunkten, die auf diesen Workspace anwendbar sind, lautet das Ergebnis „nicht bestanden“{ $gravity ->
        [none] .
        [only] , und das ist schwerwiegend.
        [all] , alle davon schwerwiegend.
       *[some] , davon { $serious } schwerwiegend.
    }
}
none-failed = { $judged ->
    [one] Der einzige Prüfpunkt, der auf diesen Workspace anwendbar ist, hat nicht das Ergebnis „nicht bestanden“.
   *[other] Keiner der { $judged } Prüfpunkte, die auf diesen Workspace anwendbar sind, hat das Ergebnis „nicht bestanden“.
}
undecided = { $count ->
    [one] Ein Prüfpunkt ließ sich nicht klären; dahinter kann sich ein „nicht bestanden“ verbergen.
   *[other] { $count } Prüfpunkte ließen sich nicht klären; dahinter kann sich ein „nicht bestanden“ verbergen.
}

## How sure it is

sure-chain = Die Kette der Berichte: { $text }.
sure-ignored = { $count ->
    [one] Eine Einstellung wirkt sicher, hat aber einen Wert, den der laufende Server ignoriert.
   *[other] { $count } Einstellungen wirken sicher, haben aber Werte, die der laufende Server ignoriert.
}
sure-unknown = { $count ->
    [one] Ein Prüfpunkt ließ sich anhand der Nachweise nicht klären; der Grund ist dort angegeben.
   *[other] { $count } Prüfpunkte ließen sich anhand der Nachweise nicht klären; der Grund ist jeweils dort angegeben.
}
sure-error = { $count ->
    [one] Eine Regel ließ sich nicht auswerten; das ist ein Fehler dieses Programms.
   *[other] { $count } Regeln ließen sich nicht auswerten; das ist ein Fehler dieses Programms.
}
sure-manual = { $count ->
    [one] Ein Prüfpunkt erfordert die Antwort einer Person.
   *[other] { $count } Prüfpunkte erfordern die Antwort einer Person.
}
sure-waived = { $count ->
    [one] Ein Verstoß ist hingenommen: Er wird eine Zeit lang geduldet und ist nicht behoben.
   *[other] { $count } Verstöße sind hingenommen: Sie werden eine Zeit lang geduldet und sind nicht behoben.
}
sure-gaps = { $count ->
    [one] Ein Teil der Datenbank konnte nicht gelesen werden.
   *[other] { $count } Teile der Datenbank konnten nicht gelesen werden.
}
sure-no-profile = Es wurde kein Profil angegeben, daher wurde eines abgeleitet.
sure-hiding = Die Prüfrichtlinie nimmt aus, was nicht mit „bestanden“ ausginge: { $rules }.
sure-idle = Die Prüfrichtlinie nimmt aus, was mit „bestanden“ ausginge oder nicht anwendbar ist, sodass die Ausnahme nicht nötig ist: { $rules }.
sure-foreign = Es sind Einstellungen gespeichert, die in keiner bekannten Version vorkommen (AUD-007). Falls es sich um einen Fork handelt, gelten die versionsabhängigen Aussagen für die Version, aus der er entstanden ist.
sure-version = Die Version ist zweifelhaft: { $conflict }.
sure-packets = Nichts in einer Datenbank beweist, dass kein Paket gesendet wurde; das kann nur eine Aufzeichnung des Netzwerkverkehrs.

## The first screen

page-title = Audit von { $name }: { $verdict }
page-kind = Datenschutzaudit eines Rocket.Chat-Workspace
skip-to-findings = Zu den Feststellungen springen
first-title = Was zuerst zu tun ist
first-none = Keine Regel hat das Ergebnis „nicht bestanden“.
sure-title = Wie sicher das Ergebnis ist
alarms-title = Vorerst hingenommen, und was ansteht
alarms-none = Davon verlangt nichts Aufmerksamkeit.
alarm-not-signed = Ausnahmen, die wegen der Unterschrift ihrer Datei nicht gelten:
alarm-other-value = Gefunden wurde etwas anderes, als hingenommen war; der Befund ist wieder da:
alarm-expired = Ausnahmen, die abgelaufen sind:
alarm-expiring = Ausnahmen, die binnen { $days } Tagen enden:
alarm-too-long = Ausnahmen, die länger dauern als die { $days } Tage, die die Richtlinie erlaubt, und darum nie gelten:
alarm-unknown-rule = Ausnahmen von Regeln, die es nicht gibt:
alarm-unmatched = Ausnahmen, die niemand braucht:
alarm-not-applied = Ausnahmen, die nicht greifen, weil niemand weiß, ob die Regel verletzt ist:
alarm-overlapping = Ausnahmen, die sich überschneiden:
alarm-not-yet-valid = Ausnahmen, die erst später beginnen:
alarm-plan-overdue = Überfällige Vorhaben:
alarm-plan-due = Vorhaben, die binnen { $days } Tagen fällig sind:
alarm-statement-evidence = Erklärungen, deren Beleg ein anderer ist:
alarm-statement-expired = Erklärungen, die abgelaufen sind:
alarm-statement-expiring = Erklärungen, die binnen { $days } Tagen enden:
facts-judged-as = Beurteilt als
facts-registration = Registrierung
facts-licence = Lizenz
facts-database = Datenbank
facts-read = Gelesen
facts-judged-for = Beurteilt zum Zeitpunkt
facts-report = Bericht
facts-challenge = Challenge

version-between = { $low } oder neuer, vor { $high }
version-from = { $low } oder neuer
version-before = vor { $high }
unknown = unbekannt
licence-offline = { $state }, für die Offline-Nutzung
licence-ends = { $state }, endet { $ends }
registration-registered = registriert
registration-registered-offline = offline registriert
registration-unregistered = nicht registriert
source-server = eine laufende Instanz von MongoDB
source-dump-folder = ein Ordner, geschrieben von mongodump
source-dump-archive = ein Archiv, geschrieben von mongodump
source-settings = eine Datei nur mit den Einstellungen

## What changed

changes-title = Was sich geändert hat
changes-first = In seinem Ordner liegt kein früherer Bericht über diesen Workspace, mit dem sich dieser vergleichen ließe.
changes-since = Seit dem Bericht vom { $date }:
changes-none = Seit dem Bericht vom { $date } hat sich kein Ergebnis geändert.
changes-failed = Jetzt nicht bestanden:
changes-mended = Ergebnis nicht mehr „nicht bestanden“:
changes-unknown = Nicht mehr bekannt:
changes-other = Andere Ergebnisse, die sich geändert haben:
changes-opened = Abflusswege, die sich geöffnet haben:
changes-closed = Abflusswege, die sich geschlossen haben:
trend-title = Regeln mit „nicht bestanden“ und „nicht bekannt“ in den letzten Berichten
trend-words = Nicht bestandene Regeln in den letzten { $count } Berichten, im ersten davon { $first }, im letzten { $last }.
trend-table = In Zahlen
trend-date-head = Bericht vom

## The overview

overview-title = Überblick
outcomes-title = Ergebnisse
outcome-head = Ergebnis
rules-head = Regeln
severities-title = Nicht bestandene Regeln nach Schweregrad
severity-head = Schweregrad
failed-head = Nicht bestanden
bar-head = Balken
score = Punktwert mindestens { $score } von 100.
heat-title = Regeln nach Bereich: die nicht bestandenen nach Schweregrad und die Ergebnisse der übrigen
area-head = Bereich

## What can leave

map-title = Was diesen Workspace verlassen kann
map-about = Aktiv: Daten können jetzt abfließen. Ruhend: Ein Klick oder ein Neustart lässt es zu. Gelesen wurde eine Datenbank; dass kein Paket gesendet wurde, kann nur eine Aufzeichnung des Netzwerkverkehrs zeigen.
map-none = Es wurde nichts gefunden, was abfließen kann.
map-home = Dieser Workspace
map-goes-to = geht an
map-legend = Durchgezogene Linie: aktiv. Gestrichelte Linie: ruhend. Gepunktete Linie mit Fragezeichen: nicht bekannt. Ein Punkt zeigt an, dass der Weg diese Art von Daten umfasst.
map-drawing = Zeichnung dessen, was abfließen kann
map-drawing-words = Wege aus diesem Workspace: { $active } aktiv, { $dormant } ruhend und { $unknown } nicht bekannt; die Tabelle unten sagt dasselbe in Worten.
map-open = Was abfließen kann
map-closed = Was ausgeschaltet ist
map-more = { $count ->
    [one] Ein weiterer Datenfluss, der ausgeschaltet ist oder den es in diesem Workspace nicht gibt
   *[other] { $count } weitere Datenflüsse, die ausgeschaltet sind oder die es in diesem Workspace nicht gibt
}
flow-head = Datenfluss
state-head = Zustand
flow-what-head = Was abfließt und an wen
because-head = Weil
flow-off-head = Wie man ihn abschaltet und nachweist, dass er abgeschaltet ist
flow-recipient = Empfänger:
flow-shown-by = Nachweis:
flow-to-head = An wen
state-active = aktiv
state-dormant = ruhend
state-unknown = nicht bekannt
state-off = aus
state-not-applicable = nicht in diesem Workspace
kind-account = Konto
kind-usage = Nutzung
kind-app = Apps
kind-content = Inhalte
kind-tracking = Tracking
kind-location = Standort
kind-other = Sonstiges
place-this-server = dieser Server
place-own-network = eigenes Netz
place-approved = laut Prüfrichtlinie zugelassen
place-vendor = der Hersteller
place-other = jemand anderes
table-title = Die eigene Tabelle des Herstellers, für diesen Workspace
table-class = Dieser Workspace ist { $class }.
table-data-head = Daten
table-registered-head = Registriert
table-unregistered-head = Nicht registriert
table-airgapped-head = Air-gapped
table-found-head = Gefunden: offene Wege zum Hersteller und zu seinen Unterauftragsverarbeitern
table-agrees-head = Stimmt mit dem Profil { $profile } überein
none = keine
class-registered-online = beim Hersteller registriert, online
class-registered-offline = beim Hersteller für die Offline-Nutzung registriert
class-unregistered = nicht beim Hersteller registriert
class-unknown = von unbekannter Klasse
agreement-contradicted = widersprochen
agreement-as-stated = wie angegeben
agreement-unknown = nicht bekannt
agreement-nothing = keine Angabe

## Contacts

contacts-title = Wen der Server laut den Protokollen des Betreibers erreicht hat
logs-cover = Die Protokolle umfassen { $period }.
logs-cover-from = Die Protokolle umfassen { $period }; nur Zeilen von { $from } zählen.
logs-no-time = eine Zeit, die keine Zeile nennt
contacts-open = Kontakte, die nicht sein sollten oder die niemand angegeben hat
contacts-may-explain = Aktive Datenflüsse, die zu beliebigen Zielen führen können, erklären möglicherweise, was kein Datenfluss nennt:
contacts-others = Andere Kontakte
contacts-more = { $count ->
    [one] Ein weiterer, der angegeben, genehmigt, abgewiesen oder intern ist
   *[other] { $count } weitere, die angegeben, genehmigt, abgewiesen oder intern sind
}
contacts-not-listed = { $count ->
    [one] Ein weiteres Ziel ist oben mitgezählt und nicht aufgeführt.
   *[other] { $count } weitere Ziele sind oben mitgezählt und nicht aufgeführt.
}
destination-head = Ziel
standing-head = Einordnung
flows-head = Datenflüsse
count-head = Wie oft
first-last-head = Erstmals und zuletzt
port = Port
logs-label = Protokolle
log-head = Protokoll
lines-head = Zeilen
covers-head = Umfasst
standing-forbidden = der Hersteller, wo er es nicht sein sollte
standing-undeclared = von niemandem angegeben
standing-undeclared-address = ohne Namen, von niemandem angegeben
standing-not-active = von Datenflüssen, die nicht aktiv sind
standing-declared = von einem aktiven Datenfluss angegeben
standing-database = die gelesene Datenbank
standing-inside = intern
standing-refused = von Proxy oder Firewall abgewiesen
log-lines = { $count ->
    [one] eine Zeile: { $parts }
   *[other] { $count } Zeilen: { $parts }
}
log-contacts = { $count ->
    [one] ein Kontakt
   *[other] { $count } Kontakte
}
log-inbound = { $count } über Verbindungen zum Server
log-elsewhere = { $count } von anderen Rechnern
log-other = { $count } ohne Verbindung
log-unread = { $count } nicht lesbar (Nummer { $numbers })

## What the vendor says

promises-title = Was in den Dokumenten des Herstellers steht und was dieser Workspace tut
promises-about = Aussagen der Datenschutzerklärung vom { $edition }, der Liste der Unterauftragsverarbeiter, der Leitlinien für Strafverfolgungsbehörden und des Hinweises zu Air-gapped-Workspaces, in unseren Worten. Eine Bewertung betrifft diesen Workspace und niemals den Hersteller.
edition-january = 5. Januar 2023
edition-october = 20. Oktober 2023
clause-contradicted = widersprochen
clause-contradicted-about = Dieser Workspace verhält sich anders.
clause-unproven = nicht belegt
clause-unproven-about = Was gelesen wurde, gibt darüber keine oder nur teilweise Auskunft.
clause-supported = gestützt
clause-supported-about = Dieser Workspace tut, was darin steht.
clause-not-testable = von hier aus nicht prüfbar
clause-not-testable-about = Es geht um die Seite des Herstellers.
statements-label = Aussagen: { $verdict }
statement-head = Aussage
says-head = Inhalt
verdict-head = Bewertung
rests-on-head = Beruht auf
not-in-edition = (Nicht in der gewählten Fassung.)
editions-title = Beide Fassungen nebeneinander
topic-head = Thema
workspace-head = Dieser Workspace
not-mentioned = nicht erwähnt

## Ausnahmen, Vorhaben und Erklärungen

written-title = Ausnahmen, Vorhaben und Erklärungen
written-about = Sie alle gelten vom Beginn ihres ersten Tages bis zum Ende ihres letzten, in UTC. Nur ein Verstoß lässt sich hinnehmen. Die Regel wird trotzdem beurteilt, und wird etwas anderes gefunden, als hingenommen war, ist der Befund wieder da.
waivers-chart = Verbleibende Tage der Ausnahmen, die greifen
waivers-chart-words = { $count ->
    [one] Eine Ausnahme greift; sie endet mit dem { $until }.
   *[other] { $count } Ausnahmen greifen; die erste davon endet mit dem { $until }.
}
waivers-chart-line = Ausnahmen, die vor der gestrichelten Linie enden, sind oben angekündigt.
days = { $count ->
    [one] ein Tag
   *[other] { $count } Tage
}
waivers-label = Ausnahmen
waiver-head = Ausnahme
waiver-why-head = Warum, und durch wen
waiver-days-head = Von und bis
waiver-accepted-head = Was hingenommen wird
waiver-overlaps = Überschneidet sich mit
waivers-more = { $count ->
    [one] Eine weitere betrifft einen anderen Workspace oder ist hier nicht aufgeführt.
   *[other] { $count } weitere betreffen andere Workspaces oder sind hier nicht aufgeführt.
}
left-head = Verbleibende Tage
waiver-applied = greift
waiver-spare = neben einer anderen unnötig
waiver-other-value = anderer Wert
waiver-not-applied = greift nicht
waiver-unmatched = niemand braucht sie
waiver-unknown-rule = keine solche Regel
waiver-expired = abgelaufen
waiver-not-yet-valid = beginnt später
waiver-too-long = zu lang
waiver-not-signed = Unterschrift
signature-none = nicht unterschrieben
signature-trusted = unterschrieben
signature-not-trusted = von jemand Unbekanntem unterschrieben
signature-bad = die Unterschrift passt nicht
plans-label = Vorhaben
plan-rule-head = Regel
plan-owner-head = Wer
plan-due-head = Fällig
plan-note-head = Was
plan-open = offen
plan-overdue = überfällig
plan-done = erledigt
stated-label = Was Menschen erklären
stated-about-head = Worüber
stated-text-head = Erklärung, und von wem
stated-document-head = Beleg
statement-in-force = gilt
statement-evidence-differs = anderer Beleg
document-same = (verglichen)
document-differs = (gefunden wurde ein anderer)
document-not-beside = (nicht verglichen)
card-waived = Hingenommen bis zum Ende des { $until } (UTC) durch { $approver }, { $ticket }; { $count ->
    [one] ein Tag bleibt.
   *[other] { $count } Tage bleiben.
} Ohne die Ausnahme: { $outcome }.
card-plan = Geplant: { $owner }, fällig { $due }.
card-plan-overdue = Überfällig: { $owner }, fällig { $due }.
card-accept = Um das vorerst hinzunehmen, steht in einer Ausnahme:

## Findings

findings-title = Feststellungen
areas-label = Bereiche
filter-title = Filter
filter-search = Suche
filter-outcome = Ergebnis
filter-severity = Schweregrad
filter-all = alle
filter-reset = Alle anzeigen
filter-shown = { $shown } von { $all } Feststellungen angezeigt
area-nothing-open = Hier ist nichts offen.
fold-passed = { $count } bestanden
fold-not-applicable = { $count } nicht anwendbar
compared-label = Was verglichen wurde für
looked-at-head = Betrachtet
wanted-head = Soll
found-head = Ist
from-head = Herkunft
last-written-head = Zuletzt geschrieben
first-seen = Nicht bestanden seit
why-title = Warum es wichtig ist.
todo-title = Was zu tun ist.
todo-panel = Oberfläche
todo-environment = Umgebung
todo-rest = REST
todo-note = Hinweis
relates-to = Bezug:
origin-stored = gespeichert
origin-default = eingebauter Standardwert
origin-environment = Umgebungsvariable
origin-licence = ersetzt, nicht lizenziert
origin-data = aus den Daten gelesen
value-empty = (leer)
value-none = (keine)
value-document = ein Dokument
value-secret = geheim, { $state }

## Evidence

evidence-title = Nachweise
evidence-version = Version ermittelt aus
evidence-licence = Lizenz ermittelt aus
evidence-snapshot = Momentaufnahme
evidence-rules = Regeln
evidence-policy = Prüfrichtlinie
evidence-cluster-time = Clusterzeit
evidence-attached = Beigefügt:
gaps-title = Was nicht gelesen werden konnte
query-head = Abfrage
collection-head = Collection
reason-head = Grund
reads-more = { $count ->
    [one] Ein Lesezugriff, der einzige, der erfolgt ist
   *[other] { $count } Lesezugriffe, alle, die erfolgt sind
}
reads-label = Lesezugriffe
where-head = Wo
asked-head = Was abgefragt wurde
returned-head = Treffer
bytes-head = Bytes
milliseconds-head = ms
policy-title = Geltende Prüfrichtlinie
policy-left-out = Ausgenommen:
policy-packs = Regelpakete: { $packs }. „Nicht bestanden“ zählt ab Schweregrad { $severity }.
policy-layer = Schicht
policy-locked = Gesperrt:
parameters-label = Parameter
parameter-head = Parameter
value-head = Wert
confinement-title = Was das Programm eingegrenzt hat
confinement-missing = Nicht in Kraft:
confinement-limits = Über root auf derselben Maschine sagt das nichts, und nichts über eine Datenbank, die anderswohin kopiert wird.
confinement-tried = Was das Programm versucht hat, nach dem Lesen und vor dem Urteilen
attempt-head = Versuch
call-head = Beendet durch
answer-head = Antwort
attempt-out = Nicht verweigert:

## Frameworks

frameworks-title = Gesetze und Normen
frameworks-about = Worauf sich die Regeln beziehen, nach Gesetz und Norm, und was sich hier ergeben hat. Eine Zeile ohne „nicht bestanden“ ist kein Nachweis der Konformität: Eine Regel sieht, was eine Datenbank zeigt, und vieles von dem, was ein Gesetz verlangt, steht nicht darin.
framework-gdpr = DSGVO (Europäische Union)
framework-lgpd = LGPD (Brasilien)
framework-ccpa = CCPA (Kalifornien)
framework-iso27001 = ISO/IEC 27001:2022, Anhang A
framework-nist = NIST SP 800-53, Revision 5
framework-soc2 = SOC 2, Trust Services Criteria
framework-bsi = BSI IT-Grundschutz, Bausteine (Zuordnung nicht verifiziert)
framework-summary = { $name }: { $covered } betrachtet, { $failing } mit „nicht bestanden“
control-head = Artikel oder Maßnahme
failing-head = Nicht bestandene Regeln
uncovered = Von keiner Regel betrachtet: { $controls }.

## Method

check-title = Wie sich dieser Bericht prüfen lässt
check-about = Eine Seite kann nicht für sich selbst bürgen. Die Datei VERIFY.txt daneben enthält die Befehle, die allein mit OpenSSL, OpenSSH und sha256sum zeigen, wer sie signiert hat und dass nichts verändert wurde. Diese Seite wurde aus report.json mit folgendem SHA-256-Wert erstellt:
check-commands = Befehle zur Prüfung im Ordner des Berichts
check-expected = Der erste muss den oben stehenden Hashwert ausgeben, und die letzten beiden müssen melden, dass alles in Ordnung ist.
method-title = Methode und Grenzen
method-about = Das Programm liest die Datenbank des Workspace und sonst nichts: zuerst die Einstellungen, dann das, was die Regeln aus anderen Collections benötigen, wo immer möglich reduziert, bevor es die Datenbank verlässt. Aus der Version, der Lizenz und den Standardwerten jeder Version ermittelt es, was tatsächlich gilt, und vergleicht dies mit Regeln, die aus den Datenschutzerklärungen des Herstellers vom 5. Januar und vom 20. Oktober 2023, aus dem Code des Servers und aus den in den Regeln genannten Rechtsvorschriften abgeleitet sind.
method-references = Verweise geben an, worauf sich eine Regel bezieht. Sie sind weder Rechtsberatung noch ein Nachweis der Konformität.
glossary-pass = Die Nachweise zeigen, dass die Regel erfüllt ist.
glossary-fail = Die Nachweise zeigen, dass die Regel nicht erfüllt ist.
glossary-false-assurance = Der gespeicherte Wert würde genügen, doch die laufende Version, die Lizenz oder eine andere Einstellung macht ihn unwirksam.
glossary-unknown = Die Nachweise entscheiden es nicht. Es zählt niemals als bestanden.
glossary-manual = Keine Datenbank kann es beantworten; eine Person muss es angeben.
glossary-waived = Die Regel ist verletzt, und jemand nimmt das, so wie es gefunden wurde, bis zu einem genannten Tag hin. Sie zählt weder als bestanden noch als behoben.
glossary-not-applicable = Die Frage stellt sich in dieser Version, in diesem Profil oder in dieser Konfiguration nicht.
made-by = Erstellt mit { $tool } { $version }. Bericht { $id }, SHA-256 von report.json { $digest }.

## Gegen einen anderen Bericht

changes-missing = Der Bericht vor diesem lässt sich nicht lesen. Was sich geändert hat, ist deshalb nicht bekannt, und Mängel gelten als heute zum ersten Mal gesehen.
what-if = Was wäre wenn: { $count ->
    [one] Eine Einstellung wurde anders angenommen, als sie ist.
   *[other] { $count } Einstellungen wurden anders angenommen, als sie sind.
} Dieser Bericht ist nicht signiert und kein Nachweis.
what-if-print = WAS WÄRE WENN, KEIN NACHWEIS
compared-title = Was sich geändert hat und warum
compared-assumption = Was sich ändern würde
compared-intro-previous = Gegenüber dem Bericht vom { $date }, dem letzten in der Kette.
compared-intro-baseline = Gegenüber dem Bericht vom { $date }, der als Ausgangspunkt genannt wurde.
compared-intro-assumption = Gegenüber denselben Belegen, wie sie sind, beurteilt für { $date }.
compared-assumed = Anders angenommen
compared-setting-head = Einstellung
compared-is-head = Ist
compared-assumed-head = Angenommen als
compared-whole = Am Ganzen
compared-flows = Abflusswege
compared-clauses = Aussagen des Herstellers
compared-change-head = Änderung
compared-before-head = Vorher
compared-now-head = Jetzt
compared-statement-head = Aussage
compared-last-failed = Schon früher nicht bestanden, zuletzt am

change-new = neu
change-returned = zurückgekehrt
change-worse = schlechter
change-changed = geändert
change-better = besser
change-fixed = behoben
change-added = neue Regel
change-removed = Regel entfallen
change-opened = geöffnet
change-closed = geschlossen

cause-value = Wert
cause-environment = Umgebung
cause-data = Daten
cause-default = Vorgabe
cause-parameter = Parameter
cause-policy = Prüfrichtlinie
cause-waiver = Ausnahme
cause-attestation = Erklärung
cause-version = Version
cause-licence = Lizenz
cause-gap = Lesbarkeit
cause-rule = Regel
cause-rules = Regeln
cause-tool = Programm
cause-source = Quelle
cause-other = Begründung

## Viele Workspaces

fleet-kind = Datenschutzaudit von Rocket.Chat-Workspaces
fleet-skip = Zu den Workspaces springen
fleet-heading = { $count ->
    [one] Ein Workspace
   *[other] { $count } Workspaces
}
fleet-audited = { $count ->
    [0] Kein Workspace wurde geprüft.
    [one] Ein Workspace wurde geprüft.
   *[other] { $count } Workspaces wurden geprüft.
}
fleet-missing = { $count ->
    [0] Von dem, was verlangt war, fehlt nichts.
    [one] Ein weiterer konnte nicht geprüft werden; dort kann sich ein Fehler verbergen.
   *[other] { $count } weitere konnten nicht geprüft werden; dort können sich Fehler verbergen.
}
fleet-verdicts = Workspaces nach Urteil
fleet-workspaces-head = Workspaces
fleet-missing-title = Was nicht geprüft werden konnte
fleet-missing-about = Von diesen ist nichts bekannt. Beheben Sie, was hier steht, und prüfen Sie sie noch einmal.
fleet-target-head = Ziel
fleet-why-head = Was geschehen ist
fleet-next-head = Was zu tun ist
fleet-common-title = Was am häufigsten fehlschlägt
fleet-common-about = Regeln nach der Zahl der Workspaces, in denen sie fehlschlugen
fleet-common-more = { $count ->
    [one] Eine weitere Regel, die irgendwo fehlschlägt oder nicht entschieden werden kann
   *[other] { $count } weitere Regeln, die irgendwo fehlschlagen oder nicht entschieden werden können
}
fleet-rule-head = Regel
fleet-changed = { $count ->
    [0] In keinem Workspace hat sich seit seinem vorigen Bericht ein Ergebnis geändert.
    [one] In einem Workspace haben sich seit seinem vorigen Bericht Ergebnisse geändert.
   *[other] In { $count } Workspaces haben sich seit ihren vorigen Berichten Ergebnisse geändert.
}
fleet-changed-first = Kein Workspace hat einen früheren Bericht zum Vergleich.
fleet-heat-title = Workspaces nach Gebiet
fleet-heat-about = Jede Zahl zählt die fehlgeschlagenen Regeln eines Gebiets; die Farbe ist die der schwersten. Eine Zahl hinter einem Fragezeichen zählt Regeln, die nicht entschieden werden konnten. Innerhalb eines Urteils stehen die schlimmsten Workspaces zuerst; jeder führt zu seinem eigenen Bericht.
fleet-workspace-head = Workspace
fleet-rows = { $verdict }: Workspaces { $first } bis { $last } von { $count }
fleet-check-about = Jeder Workspace hat einen eigenen signierten Bericht, dessen Prüfsumme in fleet.json steht. Die Datei VERIFY.txt neben dieser Seite enthält die Befehle, die zeigen, wer sie signiert hat und dass nichts geändert wurde. Diese Seite entstand aus fleet.json mit dieser SHA-256:
fleet-made-by = Erstellt von { $tool } { $version }. Bericht { $id }, SHA-256 von fleet.json { $digest }.
