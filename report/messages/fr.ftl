# The page's own words. Evidence, ids and the texts of rules stay as they are.

## Outcomes

outcome-fail = en échec
outcome-error = erreur de règle
outcome-unknown = indéterminée
outcome-manual = requiert une personne
outcome-waived = exemptée
outcome-pass = réussie
outcome-not-applicable = sans objet
false-assurance = paraît sûr, ne l’est pas

verdict-pass = Réussite
verdict-fail = Échec
verdict-incomplete = Incomplet
verdict-nothing-to-judge = Rien à évaluer

severity-critical = critique
severity-high = élevée
severity-medium = moyenne
severity-low = faible
severity-info = informative

## The verdict in a sentence

nothing-judged = Aucune vérification n’est applicable à cet espace de travail ; rien n’a donc été évalué.
some-failed = { $judged ->
    [one] La seule vérification applicable à cet espace de travail est en échec{ $gravity ->
        [none] .
       *[other] , et cet échec est grave.
    }
   *[other] Sur { $judged } vérifications applicables à cet espace de travail, on en compte { $failed } en échec{ $gravity ->
        [none] .
        [only] , de nature grave.
        [all] , toutes de nature grave.
       *[some] , dont { $serious } de nature grave.
    }
}
none-failed = { $judged ->
    [one] La seule vérification applicable à cet espace de travail n’est pas en échec.
   *[other] Aucune des { $judged } vérifications applicables à cet espace de travail n’est en échec.
}
undecided = { $count ->
    [one] Une vérification n’a pas pu être tranchée et peut cacher un échec.
   *[other] { $count } vérifications n’ont pas pu être tranchées et peuvent cacher un échec.
}

## How sure it is

sure-chain = La chaîne des rapports : { $text }.
sure-ignored = { $count ->
    [one] Un paramètre paraît sûr, mais sa valeur est ignorée par le serveur en cours d’exécution.
   *[other] { $count } paramètres paraissent sûrs, mais leurs valeurs sont ignorées par le serveur en cours d’exécution.
}
sure-unknown = { $count ->
    [one] Une vérification n’a pas pu être tranchée à partir des preuves ; le motif y est indiqué.
   *[other] { $count } vérifications n’ont pas pu être tranchées à partir des preuves ; le motif est indiqué pour chacune.
}
sure-error = { $count ->
    [one] Une règle a produit une erreur ; c’est un défaut de ce programme.
   *[other] { $count } règles ont produit une erreur ; c’est un défaut de ce programme.
}
sure-manual = { $count ->
    [one] Une vérification requiert la réponse d’une personne.
   *[other] { $count } vérifications requièrent la réponse d’une personne.
}
sure-waived = { $count ->
    [one] Un manquement fait l’objet d’une dérogation : il est accepté pour un temps et n’est pas corrigé.
   *[other] { $count } manquements font l’objet d’une dérogation : ils sont acceptés pour un temps et ne sont pas corrigés.
}
sure-gaps = { $count ->
    [one] Une partie de la base de données n’a pas pu être lue.
   *[other] { $count } parties de la base de données n’ont pas pu être lues.
}
sure-no-profile = Aucun profil n’a été déclaré ; un profil a donc été déduit.
sure-hiding = La politique d’audit exclut ce qui ne serait pas réussi : { $rules }.
sure-idle = La politique d’audit exclut ce qui serait réussi ou est sans objet, de sorte que l’exclusion n’est pas nécessaire : { $rules }.
sure-foreign = Des paramètres enregistrés ne figurent dans aucune version connue (AUD-007). S’il s’agit d’un fork, ce qui est dit en fonction de la version vaut pour la version dont il est issu.
sure-version = La version est incertaine : { $conflict }.
sure-packets = Rien dans une base de données ne prouve qu’aucun paquet n’ait été envoyé ; seul un journal du trafic réseau peut le prouver.

## The first screen

page-title = Audit de { $name } : { $verdict }
page-kind = Audit de protection de la vie privée d’un espace de travail Rocket.Chat
skip-to-findings = Aller aux constatations
first-title = Que faire en premier
first-none = Aucune règle n’est en échec.
sure-title = Degré de certitude
alarms-title = Accepté pour l’instant, et ce qui arrive à échéance
alarms-none = Rien de cela ne demande d’attention.
alarm-not-signed = Dérogations qui ne comptent pas à cause de la signature de leur fichier :
alarm-other-value = Ce qui a été trouvé n’est pas ce qui avait été accepté, donc le constat est revenu :
alarm-expired = Dérogations échues :
alarm-expiring = Dérogations qui prennent fin dans les { $days } jours :
alarm-too-long = Dérogations qui durent plus que les { $days } jours permis par la politique, et qui ne comptent donc jamais :
alarm-unknown-rule = Dérogations à des règles qui n’existent pas :
alarm-unmatched = Dérogations dont rien n’a besoin :
alarm-not-applied = Dérogations qui ne s’appliquent pas, car nul ne sait si la règle est enfreinte :
alarm-overlapping = Dérogations qui se recouvrent :
alarm-not-yet-valid = Dérogations qui commencent plus tard :
alarm-plan-overdue = Plans en retard :
alarm-plan-due = Plans à échéance dans les { $days } jours :
alarm-statement-evidence = Déclarations dont le document est un autre :
alarm-statement-expired = Déclarations échues :
alarm-statement-expiring = Déclarations qui prennent fin dans les { $days } jours :
facts-judged-as = Évalué comme
facts-registration = Enregistrement
facts-licence = Licence
facts-database = Base de données
facts-read = Lecture
facts-judged-for = Évalué à la date du
facts-report = Rapport
facts-challenge = Défi

version-between = { $low } ou ultérieure, antérieure à { $high }
version-from = { $low } ou ultérieure
version-before = antérieure à { $high }
unknown = inconnu
licence-offline = { $state }, pour une utilisation hors ligne
licence-ends = { $state }, expire le { $ends }
registration-registered = enregistré
registration-registered-offline = enregistré hors ligne
registration-unregistered = non enregistré
source-server = une instance en cours d’exécution de MongoDB
source-dump-folder = un dossier écrit par mongodump
source-dump-archive = une archive écrite par mongodump
source-settings = un fichier contenant uniquement les paramètres

## What changed

changes-title = Ce qui a changé
changes-first = Son dossier ne contient aucun rapport antérieur de cet espace de travail auquel le comparer.
changes-since = Depuis le rapport du { $date } :
changes-none = Aucun résultat n’a changé depuis le rapport du { $date }.
changes-failed = Désormais en échec :
changes-mended = Ne sont plus en échec :
changes-unknown = Désormais indéterminées :
changes-other = Autres résultats modifiés :
changes-opened = Voies de sortie qui se sont ouvertes :
changes-closed = Voies de sortie qui se sont fermées :
trend-title = Règles en échec et indéterminées dans les derniers rapports
trend-words = Règles en échec dans les { $count } derniers rapports : { $first } dans le premier d’entre eux, { $last } dans le dernier.
trend-table = En chiffres
trend-date-head = Rapport du

## The overview

overview-title = Vue d’ensemble
outcomes-title = Résultats
outcome-head = Résultat
rules-head = Règles
severities-title = Règles en échec par gravité
severity-head = Gravité
failed-head = En échec
bar-head = Barre
score = Score d’au moins { $score } sur 100.
heat-title = Règles par domaine : celles en échec, par gravité, et le résultat des autres
area-head = Domaine

## What can leave

map-title = Ce qui peut sortir de cet espace de travail
map-about = Actif : des données peuvent sortir maintenant. En sommeil : un clic ou un redémarrage le permet. Ce qui a été lu est une base de données ; qu’aucun paquet n’ait été envoyé, seul un journal du trafic réseau peut le montrer.
map-none = Rien qui puisse sortir n’a été trouvé.
map-home = Cet espace de travail
map-goes-to = va vers
map-legend = Trait plein : actif. Trait en tirets : en sommeil. Trait en pointillés avec un point d’interrogation : indéterminé. Un point indique que la voie comprend ce type de données.
map-drawing = Schéma de ce qui peut sortir
map-drawing-words = Voies de sortie de cet espace de travail – actives : { $active } ; en sommeil : { $dormant } ; indéterminées : { $unknown }. Le tableau ci-dessous dit la même chose en toutes lettres.
map-open = Ce qui peut sortir
map-closed = Ce qui est désactivé
map-more = { $count ->
    [one] { $count } autre flux désactivé ou absent de cet espace de travail
   *[other] { $count } autres flux désactivés ou absents de cet espace de travail
}
flow-head = Flux
state-head = État
flow-what-head = Ce qui sort, et vers qui
because-head = Parce que
flow-off-head = Comment le désactiver, et démontrer qu’il l’est
flow-recipient = Destinataire :
flow-shown-by = Démontré par :
flow-to-head = Vers qui
state-active = actif
state-dormant = en sommeil
state-unknown = indéterminé
state-off = désactivé
state-not-applicable = absent de cet espace de travail
kind-account = Compte
kind-usage = Usage
kind-app = Apps
kind-content = Contenu
kind-tracking = Traçage
kind-location = Position
kind-other = autre
place-this-server = ce serveur
place-own-network = réseau propre
place-approved = approuvé par la politique d’audit
place-vendor = l’éditeur
place-other = une autre entité
table-title = Le tableau de l’éditeur, pour cet espace de travail
table-class = Classe de cet espace de travail : { $class }.
table-data-head = Données
table-registered-head = Enregistré
table-unregistered-head = Non enregistré
table-airgapped-head = Isolé (air-gapped)
table-found-head = Trouvé : voies ouvertes vers l’éditeur et ses sous-traitants ultérieurs
table-agrees-head = Concorde avec le profil { $profile }
none = aucune
class-registered-online = enregistré auprès de l’éditeur, en ligne
class-registered-offline = enregistré auprès de l’éditeur pour une utilisation hors ligne
class-unregistered = non enregistré auprès de l’éditeur
class-unknown = inconnue
agreement-contradicted = contredit
agreement-as-stated = conforme à ce qui est déclaré
agreement-unknown = indéterminé
agreement-nothing = rien n’est déclaré

## Contacts

contacts-title = Qui le serveur a joint, d’après les journaux de l’exploitant
logs-cover = Les journaux couvrent { $period }.
logs-cover-from = Les journaux couvrent { $period } ; seules les lignes de { $from } comptent.
logs-no-time = une période qu’aucune ligne n’indique
contacts-open = Contacts qui ne devraient pas exister ou que personne n’a déclarés
contacts-may-explain = Les flux actifs qui peuvent aller vers n’importe quel hôte peuvent expliquer ce qu’aucun flux ne nomme :
contacts-others = Autres contacts
contacts-more = { $count ->
    [one] Un autre, déclaré, approuvé, refusé ou interne
   *[other] { $count } autres, déclarés, approuvés, refusés ou internes
}
contacts-not-listed = { $count ->
    [one] Une autre destination est comptée ci-dessus sans être énumérée.
   *[other] { $count } autres destinations sont comptées ci-dessus sans être énumérées.
}
destination-head = Destination
standing-head = Nature
flows-head = Flux
count-head = Nombre
first-last-head = Premier et dernier
port = port
logs-label = Journaux
log-head = Journal
lines-head = Lignes
covers-head = Couvre
standing-forbidden = l’éditeur, là où il ne devrait pas être
standing-undeclared = déclaré par personne
standing-undeclared-address = sans nom, déclaré par personne
standing-not-active = de flux qui ne sont pas actifs
standing-declared = déclaré par un flux actif
standing-database = la base de données lue
standing-inside = interne
standing-refused = refusé par le proxy ou le pare-feu
log-lines = { $count ->
    [one] { $count } ligne : { $parts }
   *[other] { $count } lignes : { $parts }
}
log-contacts = { $count ->
    [one] { $count } contact
   *[other] { $count } contacts
}
log-inbound = { $count } sur des connexions au serveur
log-elsewhere = { $count } d’autres machines
log-other = { $count } sans connexion
log-unread = { $count } illisibles (numéro { $numbers })

## What the vendor says

promises-title = Ce que disent les documents de l’éditeur et ce que fait cet espace de travail
promises-about = Déclarations de la politique de confidentialité du { $edition }, de la liste des sous-traitants ultérieurs, des lignes directrices destinées aux autorités répressives et de l’avis sur les espaces de travail isolés (air-gapped), dans nos propres termes. Une appréciation porte sur cet espace de travail et jamais sur l’éditeur.
edition-january = 5 janvier 2023
edition-october = 20 octobre 2023
clause-contradicted = en contradiction
clause-contradicted-about = Cet espace de travail fait autrement.
clause-unproven = sans preuve
clause-unproven-about = Ce qui a été lu ne le dit pas, ou ne le dit qu’en partie.
clause-supported = étayée
clause-supported-about = Cet espace de travail fait ce qui est dit.
clause-not-testable = sans vérification possible d’ici
clause-not-testable-about = Cela concerne le côté de l’éditeur.
statements-label = Déclarations : { $verdict }
statement-head = Déclaration
says-head = Ce qu’elle dit
verdict-head = Appréciation
rests-on-head = Repose sur
not-in-edition = (Absent de la version choisie.)
editions-title = Les deux versions côte à côte
topic-head = Sujet
workspace-head = Cet espace de travail
not-mentioned = non mentionné

## Dérogations, plans et déclarations

written-title = Dérogations, plans et déclarations
written-about = Tous valent du début de leur premier jour à la fin du dernier, en UTC. Seul un manquement peut faire l’objet d’une dérogation. La règle est évaluée malgré tout, et si l’on trouve autre chose que ce qui a été accepté, le constat revient.
waivers-chart = Jours restants des dérogations qui s’appliquent
waivers-chart-words = { $count ->
    [one] Une dérogation s’applique ; elle prend fin avec le { $until }.
   *[other] { $count } dérogations s’appliquent ; la première prend fin avec le { $until }.
}
waivers-chart-line = Les dérogations qui prennent fin avant la ligne pointillée sont annoncées plus haut.
days = { $count ->
    [one] un jour
   *[other] { $count } jours
}
waivers-label = Dérogations
waiver-head = Dérogation
waiver-why-head = Pourquoi, et par qui
waiver-days-head = Du et au
waiver-accepted-head = Ce qui est accepté
waiver-overlaps = Recouvre
waivers-more = { $count ->
    [one] Une autre concerne un autre espace de travail ou n’est pas listée ici.
   *[other] { $count } autres concernent d’autres espaces de travail ou ne sont pas listées ici.
}
left-head = Jours restants
waiver-applied = s’applique
waiver-spare = inutile à côté d’une autre
waiver-other-value = autre valeur
waiver-not-applied = ne s’applique pas
waiver-unmatched = rien n’en a besoin
waiver-unknown-rule = règle inexistante
waiver-expired = échue
waiver-not-yet-valid = commence plus tard
waiver-too-long = trop longue
waiver-not-signed = signature
signature-none = non signé
signature-trusted = signé
signature-not-trusted = signé par quelqu’un d’inconnu
signature-bad = la signature ne correspond pas
plans-label = Plans
plan-rule-head = Règle
plan-owner-head = Qui
plan-due-head = Échéance
plan-note-head = Quoi
plan-open = ouvert
plan-overdue = en retard
plan-done = fait
stated-label = Ce que des personnes déclarent
stated-about-head = Sujet
stated-text-head = Déclaration, et de qui
stated-document-head = Document
statement-in-force = en vigueur
statement-evidence-differs = autre document
document-same = (comparé)
document-differs = (un autre document a été trouvé)
document-not-beside = (non comparé)
card-waived = Dérogation jusqu’à la fin du { $until } (UTC) par { $approver }, { $ticket } ; { $count ->
    [one] il reste un jour.
   *[other] il reste { $count } jours.
} Sans la dérogation : { $outcome }.
card-plan = Prévu : { $owner }, échéance { $due }.
card-plan-overdue = En retard : { $owner }, échéance { $due }.
card-accept = Pour l’accepter pour l’instant, une dérogation dit :

## Findings

findings-title = Constatations
areas-label = Domaines
filter-title = Filtre
filter-search = Rechercher
filter-outcome = Résultat
filter-severity = Gravité
filter-all = toutes les valeurs
filter-reset = Tout afficher
filter-shown = Constatations affichées : { $shown } sur { $all }
area-nothing-open = Rien n’est en suspens ici.
fold-passed = { $count ->
    [one] { $count } réussie
   *[other] { $count } réussies
}
fold-not-applicable = { $count } sans objet
compared-label = Ce qui a été comparé pour
looked-at-head = Examiné
wanted-head = Attendu
found-head = Constaté
from-head = Origine
last-written-head = Dernière écriture
first-seen = En échec depuis
why-title = Pourquoi c’est important.
todo-title = Que faire.
todo-panel = Panneau
todo-environment = Environnement
todo-rest = REST
todo-note = Remarque
relates-to = En rapport avec
origin-stored = enregistré
origin-default = valeur par défaut intégrée
origin-environment = variable d’environnement
origin-licence = remplacé, non couvert par la licence
origin-data = lu dans les données
value-empty = (vide)
value-none = (aucun)
value-document = un document
value-secret = secret, { $state }

## Evidence

evidence-title = Preuves
evidence-version = Version déduite de
evidence-licence = Licence déduite de
evidence-snapshot = Instantané
evidence-rules = Règles
evidence-policy = Politique d’audit
evidence-cluster-time = Heure du cluster
evidence-attached = Joint :
gaps-title = Ce qui n’a pas pu être lu
query-head = Requête
collection-head = Collection
reason-head = Motif
reads-more = { $count ->
    [one] { $count } lecture, la seule effectuée
   *[other] { $count } lectures, toutes celles effectuées
}
reads-label = Lectures
where-head = Où
asked-head = Ce qui a été demandé
returned-head = Renvoyé
bytes-head = Octets
milliseconds-head = ms
policy-title = Politique d’audit en vigueur
policy-left-out = Exclue :
policy-packs = Ensembles de règles : { $packs }. Les échecs comptent à partir de la gravité { $severity }.
policy-layer = Couche
policy-locked = Verrouillé :
parameters-label = Paramètres
parameter-head = Paramètre
value-head = Valeur
confinement-title = Ce qui a confiné le programme
confinement-missing = Non appliqué :
confinement-limits = Cela ne dit rien de root sur la même machine, ni d’une base de données copiée ailleurs.
confinement-tried = Ce que le programme a tenté, après la lecture et avant le jugement
attempt-head = Tentative
call-head = Arrêtée par
answer-head = Réponse
attempt-out = Non refusé :

## Frameworks

frameworks-title = Lois et normes
frameworks-about = Ce à quoi les règles se rapportent, par loi et par norme, et ce qu’il en est ici. Une ligne sans échec n’est pas une preuve de conformité : une règle voit ce que montre une base de données, et une grande partie de ce qu’exige une loi ne s’y trouve pas.
framework-gdpr = RGPD (Union européenne)
framework-lgpd = LGPD (Brésil)
framework-ccpa = CCPA (Californie)
framework-iso27001 = ISO/IEC 27001:2022, annexe A
framework-nist = NIST SP 800-53, révision 5
framework-soc2 = SOC 2, Trust Services Criteria
framework-bsi = BSI IT-Grundschutz, modules (correspondance non vérifiée)
framework-summary = { $name }. Articles ou mesures examinés : { $covered } ; avec des échecs : { $failing }
control-head = Article ou mesure
failing-head = Règles en échec
uncovered = Aucune règle n’examine : { $controls }.

## Method

check-title = Comment vérifier ce rapport
check-about = Une page ne peut pas se porter garante d’elle-même. Le fichier VERIFY.txt qui l’accompagne contient les commandes qui, avec seulement OpenSSL, OpenSSH et sha256sum, montrent qui l’a signée et que rien n’a été modifié. Cette page a été produite à partir du fichier report.json dont le SHA-256 est :
check-commands = Commandes pour le vérifier dans le dossier du rapport
check-expected = La première doit afficher l’empreinte ci-dessus, et les deux dernières doivent indiquer que tout est en ordre.
method-title = Méthode et limites
method-about = Le programme lit la base de données de l’espace de travail et rien d’autre : d’abord les paramètres, puis ce dont les règles ont besoin dans d’autres collections, réduit avant de quitter la base de données chaque fois que c’est possible. À partir de la version, de la licence et des valeurs par défaut de chaque version, il détermine ce qui s’applique réellement et le compare à des règles tirées des politiques de confidentialité de l’éditeur du 5 janvier et du 20 octobre 2023, du code du serveur et du droit que ces règles citent.
method-references = Les références indiquent à quoi une règle se rapporte. Elles ne constituent ni un conseil juridique ni une preuve de conformité.
glossary-pass = Les preuves montrent que la règle est respectée.
glossary-fail = Les preuves montrent que la règle n’est pas respectée.
glossary-false-assurance = La valeur enregistrée conviendrait, mais la version en cours d’exécution, la licence ou un autre paramètre la rend sans effet.
glossary-unknown = Les preuves ne permettent pas de trancher. Ce résultat n’est jamais compté comme une réussite.
glossary-manual = Aucune base de données ne peut y répondre ; quelqu’un doit le déclarer.
glossary-waived = La règle est enfreinte, et quelqu’un l’accepte, telle que constatée, jusqu’à un jour indiqué. Elle ne compte ni comme réussie ni comme corrigée.
glossary-not-applicable = La question ne se pose pas dans cette version, ce profil ou cette configuration.
made-by = Produit par { $tool } { $version }. Rapport { $id }, SHA-256 de report.json { $digest }.

## Face à un autre rapport

changes-missing = Le rapport qui précède celui-ci ne peut pas être lu : on ignore ce qui a changé, et les échecs sont considérés comme vus pour la première fois aujourd’hui.
what-if = Et si : { $count ->
    [one] un paramètre a été supposé autre qu’il n’est.
   *[other] { $count } paramètres ont été supposés autres qu’ils ne sont.
} Ce rapport n’est pas signé et ne prouve rien.
what-if-print = ET SI, SANS VALEUR DE PREUVE
compared-title = Ce qui a changé, et pourquoi
compared-assumption = Ce qui changerait
compared-intro-previous = Face au rapport du { $date }, le dernier de la chaîne.
compared-intro-baseline = Face au rapport du { $date }, désigné comme référence.
compared-intro-assumption = Face aux mêmes éléments tels qu’ils sont, jugés pour le { $date }.
compared-assumed = Supposé autrement
compared-setting-head = Paramètre
compared-is-head = Est
compared-assumed-head = Supposé
compared-whole = Dans l’ensemble
compared-flows = Voies de sortie
compared-clauses = Affirmations de l’éditeur
compared-change-head = Changement
compared-before-head = Avant
compared-now-head = Maintenant
compared-statement-head = Affirmation
compared-last-failed = Déjà en échec auparavant, en dernier le

change-new = nouveau
change-returned = de retour
change-worse = pire
change-changed = modifié
change-better = mieux
change-fixed = corrigé
change-added = nouvelle règle
change-removed = règle supprimée
change-opened = ouverte
change-closed = fermée

cause-value = valeur
cause-environment = environnement
cause-data = données
cause-default = valeur d’origine
cause-parameter = paramètre
cause-policy = politique d’audit
cause-waiver = dérogation
cause-attestation = déclaration
cause-version = version
cause-licence = licence
cause-gap = lecture
cause-rule = règle
cause-rules = règles
cause-tool = programme
cause-source = source
cause-other = motif

## De nombreux espaces de travail

fleet-kind = Audit de confidentialité d’espaces de travail Rocket.Chat
fleet-skip = Aller aux espaces de travail
fleet-heading = { $count ->
    [one] Un espace de travail
   *[other] { $count } espaces de travail
}
fleet-audited = { $count ->
    [0] Aucun espace de travail n’a été audité.
    [one] Un espace de travail a été audité.
   *[other] { $count } espaces de travail ont été audités.
}
fleet-missing = { $count ->
    [0] Rien de ce qui était demandé ne manque.
    [one] Un autre n’a pas pu être audité, et un échec peut s’y cacher.
   *[other] { $count } autres n’ont pas pu être audités, et des échecs peuvent s’y cacher.
}
fleet-verdicts = Espaces de travail par verdict
fleet-workspaces-head = Espaces de travail
fleet-missing-title = Ce qui n’a pas pu être audité
fleet-missing-about = On ne sait rien de ceux-ci. Corrigez ce qui est indiqué ici et auditez-les de nouveau.
fleet-target-head = Cible
fleet-why-head = Ce qui s’est passé
fleet-next-head = Que faire
fleet-common-title = Ce qui échoue le plus
fleet-common-about = Règles selon le nombre d’espaces de travail où elles ont échoué
fleet-common-more = { $count ->
    [one] Une autre règle qui échoue ou reste indécise quelque part
   *[other] { $count } autres règles qui échouent ou restent indécises quelque part
}
fleet-rule-head = Règle
fleet-changed = { $count ->
    [0] Dans aucun espace de travail un résultat n’a changé depuis son rapport précédent.
    [one] Dans un espace de travail, des résultats ont changé depuis son rapport précédent.
   *[other] Dans { $count } espaces de travail, des résultats ont changé depuis leurs rapports précédents.
}
fleet-changed-first = Aucun espace de travail n’a de rapport antérieur auquel se comparer.
fleet-heat-title = Espaces de travail par domaine
fleet-heat-about = Chaque nombre compte les règles d’un domaine qui ont échoué ; la couleur est celle de la plus grave. Un nombre derrière un point d’interrogation compte les règles restées indécises. Dans chaque verdict, les pires espaces de travail viennent en premier ; chacun mène à son propre rapport.
fleet-workspace-head = Espace de travail
fleet-rows = { $verdict } : espaces de travail { $first } à { $last } sur { $count }
fleet-check-about = Chaque espace de travail a son propre rapport signé, dont l’empreinte se trouve dans fleet.json. Le fichier VERIFY.txt à côté de cette page contient les commandes qui montrent qui l’a signée et que rien n’a été changé. Cette page a été faite à partir de fleet.json avec ce SHA-256 :
fleet-made-by = Fait par { $tool } { $version }. Rapport { $id }, SHA-256 de fleet.json { $digest }.
