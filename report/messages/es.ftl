# The page's own words. Evidence, ids and the texts of rules stay as they are.

## Outcomes

outcome-fail = no superada
outcome-error = error de regla
outcome-unknown = sin determinar
outcome-manual = requiere una persona
outcome-waived = exceptuada
outcome-pass = superada
outcome-not-applicable = no aplicable
false-assurance = parece seguro, no lo es

verdict-pass = Superada
verdict-fail = No superada
verdict-incomplete = Incompleta
verdict-nothing-to-judge = Nada que evaluar

severity-critical = crítica
severity-high = alta
severity-medium = media
severity-low = baja
severity-info = informativa

## The verdict in a sentence

nothing-judged = Ninguna comprobación es aplicable a este espacio de trabajo, por lo que no se ha evaluado nada.
some-failed = { $judged ->
    [one] La única comprobación aplicable a este espacio de trabajo no se ha superado{ $gravity ->
        [none] .
       *[other] , y es grave.
    }
   *[other] De las { $judged } comprobaciones aplicables a este espacio de trabajo, hay { $failed } con el resultado «no superada»{ $gravity ->
        [none] .
        [only] , de carácter grave.
        [all] , todas de carácter grave.
       *[some] , { $serious } de ellas de carácter grave.
    }
}
none-failed = { $judged ->
    [one] La única comprobación aplicable a este espacio de trabajo no tiene el resultado «no superada».
   *[other] Ninguna de las { $judged } comprobaciones aplicables a este espacio de trabajo tiene el resultado «no superada».
}
undecided = { $count ->
    [one] Una comprobación no se ha podido resolver, y puede ocultar un resultado «no superada».
   *[other] { $count } comprobaciones no se han podido resolver, y pueden ocultar un resultado «no superada».
}

## How sure it is

sure-chain = La cadena de informes: { $text }.
sure-ignored = { $count ->
    [one] Un ajuste parece seguro, pero tiene un valor que el servidor en ejecución ignora.
   *[other] { $count } ajustes parecen seguros, pero tienen valores que el servidor en ejecución ignora.
}
sure-unknown = { $count ->
    [one] Una comprobación no se ha podido resolver a partir de las evidencias; el motivo se indica junto a ella.
   *[other] { $count } comprobaciones no se han podido resolver a partir de las evidencias; el motivo se indica junto a cada una.
}
sure-error = { $count ->
    [one] Una regla ha dado error; es un defecto de este programa.
   *[other] { $count } reglas han dado error; es un defecto de este programa.
}
sure-manual = { $count ->
    [one] Una comprobación requiere la respuesta de una persona.
   *[other] { $count } comprobaciones requieren la respuesta de una persona.
}
sure-waived = { $count ->
    [one] Un incumplimiento está exceptuado: se acepta por un tiempo y no está corregido.
   *[other] { $count } incumplimientos están exceptuados: se aceptan por un tiempo y no están corregidos.
}
sure-gaps = { $count ->
    [one] Una parte de la base de datos no se ha podido leer.
   *[other] { $count } partes de la base de datos no se han podido leer.
}
sure-no-profile = No se ha declarado ningún perfil, por lo que se ha inferido uno.
sure-hiding = La política de auditoría deja fuera lo que no se superaría: { $rules }.
sure-idle = La política de auditoría deja fuera lo que se superaría o no es aplicable, de modo que la exclusión no es necesaria: { $rules }.
sure-foreign = Hay almacenados ajustes que no existen en ninguna versión conocida (AUD-007). Si se trata de un fork, lo que se afirma según la versión vale para la versión de la que procede.
sure-version = La versión es dudosa: { $conflict }.
sure-packets = Nada en una base de datos demuestra que no se haya enviado ningún paquete; solo puede demostrarlo un registro del tráfico de red.

## The first screen

page-title = Auditoría de { $name }: { $verdict }
page-kind = Auditoría de privacidad de un espacio de trabajo de Rocket.Chat
skip-to-findings = Ir a los hallazgos
first-title = Qué hacer primero
first-none = Ninguna regla tiene el resultado «no superada».
sure-title = Grado de certeza
alarms-title = Aceptado por ahora, y lo que vence
alarms-none = Nada de ello requiere atención.
alarm-not-signed = Excepciones que no cuentan por la firma de su archivo:
alarm-other-value = Lo encontrado no es lo aceptado, así que el hallazgo ha vuelto:
alarm-expired = Excepciones que han terminado:
alarm-expiring = Excepciones que terminan en { $days } días o menos:
alarm-too-long = Excepciones que duran más de los { $days } días que permite la política, por lo que nunca cuentan:
alarm-unknown-rule = Excepciones de reglas que no existen:
alarm-unmatched = Excepciones que nada necesita:
alarm-not-applied = Excepciones que no se aplican, porque nadie sabe si la regla se incumple:
alarm-overlapping = Excepciones que se solapan:
alarm-not-yet-valid = Excepciones que empiezan más tarde:
alarm-plan-overdue = Planes vencidos:
alarm-plan-due = Planes que vencen en { $days } días o menos:
alarm-statement-evidence = Declaraciones cuyo documento es otro:
alarm-statement-expired = Declaraciones que han terminado:
alarm-statement-expiring = Declaraciones que terminan en { $days } días o menos:
facts-judged-as = Evaluado como
facts-registration = Registro
facts-licence = Licencia
facts-database = Base de datos
facts-read = Lectura
facts-judged-for = Evaluado a fecha de
facts-report = Informe
facts-challenge = Desafío

version-between = { $low } o posterior, anterior a { $high }
version-from = { $low } o posterior
version-before = anterior a { $high }
unknown = desconocido
licence-offline = { $state }, para uso sin conexión
licence-ends = { $state }, vence: { $ends }
registration-registered = registrado
registration-registered-offline = registrado sin conexión
registration-unregistered = no registrado
source-server = una instancia en ejecución de MongoDB
source-dump-folder = una carpeta creada por mongodump
source-dump-archive = un archivo único (archive) creado por mongodump
source-settings = un archivo únicamente con los ajustes

## What changed

changes-title = Qué ha cambiado
changes-first = En su carpeta no hay ningún informe anterior de este espacio de trabajo con que compararlo.
changes-since = Desde el informe del { $date }:
changes-none = Ningún resultado ha cambiado desde el informe del { $date }.
changes-failed = Ahora no superadas:
changes-mended = Ya no figuran como «no superada»:
changes-unknown = Ahora sin determinar:
changes-other = Otros resultados que han cambiado:
changes-opened = Vías de salida que se han abierto:
changes-closed = Vías de salida que se han cerrado:
trend-title = Reglas no superadas y sin determinar en los últimos informes
trend-words = Reglas no superadas en los últimos { $count } informes: { $first } en el primero de ellos, { $last } en el último.
trend-table = En cifras
trend-date-head = Informe del

## The overview

overview-title = Resumen
outcomes-title = Resultados
outcome-head = Resultado
rules-head = Reglas
severities-title = Reglas no superadas por gravedad
severity-head = Gravedad
failed-head = No superadas
bar-head = Barra
score = Puntuación: al menos { $score } de 100.
heat-title = Reglas por área: las no superadas, por gravedad, y el resultado de las demás
area-head = Área

## What can leave

map-title = Qué puede salir de este espacio de trabajo
map-about = Activo: los datos pueden salir ahora. Latente: un clic o un reinicio lo permite. Lo que se ha leído es una base de datos; que no se haya enviado ningún paquete solo puede mostrarlo un registro del tráfico de red.
map-none = No se ha encontrado nada que pueda salir.
map-home = Este espacio de trabajo
map-goes-to = va a
map-legend = Línea continua: activo. Línea discontinua: latente. Línea de puntos con un signo de interrogación: sin determinar. Un punto indica que la vía incluye ese tipo de datos.
map-drawing = Dibujo de lo que puede salir
map-drawing-words = Vías de salida de este espacio de trabajo: activas, { $active }; latentes, { $dormant }; sin determinar, { $unknown }. La tabla siguiente dice lo mismo con palabras.
map-open = Qué puede salir
map-closed = Qué está desactivado
map-more = { $count ->
    [one] Otro flujo que está desactivado o que no existe en este espacio de trabajo
   *[other] Otros { $count } flujos que están desactivados o que no existen en este espacio de trabajo
}
flow-head = Flujo
state-head = Estado
flow-what-head = Qué sale y a quién
because-head = Porque
flow-off-head = Cómo desactivarlo y demostrar que lo está
flow-recipient = Destinatario:
flow-shown-by = Demostración:
flow-to-head = A quién
state-active = activo
state-dormant = latente
state-unknown = sin determinar
state-off = desactivado
state-not-applicable = inexistente en este espacio de trabajo
kind-account = Cuenta
kind-usage = Uso
kind-app = Apps
kind-content = Contenido
kind-tracking = Rastreo
kind-location = Ubicación
kind-other = otros
place-this-server = este servidor
place-own-network = red propia
place-approved = aprobado por la política de auditoría
place-vendor = el proveedor
place-other = otra entidad
table-title = La propia tabla del proveedor, para este espacio de trabajo
table-class = Clase de este espacio de trabajo: { $class }.
table-data-head = Datos
table-registered-head = Registrado
table-unregistered-head = No registrado
table-airgapped-head = Aislado (air-gapped)
table-found-head = Encontrado: vías abiertas hacia el proveedor y sus subencargados
table-agrees-head = Coincide con el perfil { $profile }
none = ninguna
class-registered-online = registrado ante el proveedor, en línea
class-registered-offline = registrado ante el proveedor para uso sin conexión
class-unregistered = no registrado ante el proveedor
class-unknown = desconocida
agreement-contradicted = contradicho
agreement-as-stated = según lo declarado
agreement-unknown = sin determinar
agreement-nothing = nada declarado

## Contacts

contacts-title = A quién llegó el servidor, según los registros del operador
logs-cover = Los registros cubren { $period }.
logs-cover-from = Los registros cubren { $period }; solo cuentan las líneas de { $from }.
logs-no-time = un período que ninguna línea indica
contacts-open = Contactos que no deberían existir o que nadie ha declarado
contacts-may-explain = Los flujos activos que pueden ir a cualquier host pueden explicar lo que ningún flujo nombra:
contacts-others = Otros contactos
contacts-more = { $count ->
    [one] Otro más que está declarado, aprobado, rechazado o es interno
   *[other] Otros { $count } que están declarados, aprobados, rechazados o son internos
}
contacts-not-listed = { $count ->
    [one] Otro destino está contado arriba y no figura en la lista.
   *[other] Otros { $count } destinos están contados arriba y no figuran en la lista.
}
destination-head = Destino
standing-head = Qué es
flows-head = Flujos
count-head = Cuántas veces
first-last-head = Primero y último
port = puerto
logs-label = Registros
log-head = Registro
lines-head = Líneas
covers-head = Cubre
standing-forbidden = el proveedor, donde no debería estar
standing-undeclared = no declarado por nadie
standing-undeclared-address = sin nombre, no declarado por nadie
standing-not-active = de flujos que no están activos
standing-declared = declarado por un flujo activo
standing-database = la base de datos leída
standing-inside = interno
standing-refused = rechazado por el proxy o el cortafuegos
log-lines = { $count ->
    [one] una línea: { $parts }
   *[other] { $count } líneas: { $parts }
}
log-contacts = { $count ->
    [one] un contacto
   *[other] { $count } contactos
}
log-inbound = { $count } sobre conexiones al servidor
log-elsewhere = { $count } de otros equipos
log-other = { $count } sin conexión
log-unread = { $count } ilegibles (número { $numbers })

## What the vendor says

promises-title = Qué dicen los documentos del proveedor y qué hace este espacio de trabajo
promises-about = Afirmaciones de la política de privacidad del { $edition }, de la lista de subencargados, de las directrices para las autoridades encargadas de hacer cumplir la ley y del aviso sobre espacios de trabajo aislados (air-gapped), con nuestras palabras. Una valoración se refiere a este espacio de trabajo y nunca al proveedor.
edition-january = 5 de enero de 2023
edition-october = 20 de octubre de 2023
clause-contradicted = en contradicción
clause-contradicted-about = Este espacio de trabajo actúa de otro modo.
clause-unproven = sin demostrar
clause-unproven-about = Lo que se ha leído no lo indica, o lo indica solo en parte.
clause-supported = con respaldo
clause-supported-about = Este espacio de trabajo hace lo que ahí se dice.
clause-not-testable = sin comprobación posible desde aquí
clause-not-testable-about = Se refiere al lado del proveedor.
statements-label = Afirmaciones: { $verdict }
statement-head = Afirmación
says-head = Qué dice
verdict-head = Valoración
rests-on-head = Se basa en
not-in-edition = (No figura en la edición elegida).
editions-title = Ambas ediciones, una junto a otra
topic-head = Tema
workspace-head = Este espacio de trabajo
not-mentioned = no se menciona

## Excepciones, planes y declaraciones

written-title = Excepciones, planes y declaraciones
written-about = Todos valen desde el comienzo de su primer día hasta el final del último, en UTC. Solo se puede exceptuar un incumplimiento. La regla se evalúa de todos modos, y si se encuentra algo distinto de lo aceptado, el hallazgo vuelve.
waivers-chart = Días que quedan a las excepciones que se aplican
waivers-chart-words = { $count ->
    [one] Se aplica una excepción; termina con el { $until }.
   *[other] Se aplican { $count } excepciones; la primera termina con el { $until }.
}
waivers-chart-line = Las excepciones que terminan antes de la línea discontinua se anuncian arriba.
days = { $count ->
    [one] un día
   *[other] { $count } días
}
waivers-label = Excepciones
waiver-head = Excepción
waiver-why-head = Por qué, y por quién
waiver-days-head = Desde y hasta
waiver-accepted-head = Qué se acepta
waiver-overlaps = Se solapa con
waivers-more = { $count ->
    [one] Otra es de otro espacio de trabajo o no figura aquí.
   *[other] Otras { $count } son de otros espacios de trabajo o no figuran aquí.
}
left-head = Días restantes
waiver-applied = se aplica
waiver-spare = innecesaria junto a otra
waiver-other-value = otro valor
waiver-not-applied = no se aplica
waiver-unmatched = nada la necesita
waiver-unknown-rule = no existe la regla
waiver-expired = terminada
waiver-not-yet-valid = empieza más tarde
waiver-too-long = demasiado larga
waiver-not-signed = firma
signature-none = sin firma
signature-trusted = firmado
signature-not-trusted = firmado por alguien desconocido
signature-bad = la firma no corresponde
plans-label = Planes
plan-rule-head = Regla
plan-owner-head = Quién
plan-due-head = Vence
plan-note-head = Qué
plan-open = abierto
plan-overdue = vencido
plan-done = hecho
stated-label = Lo que declaran las personas
stated-about-head = Sobre
stated-text-head = Declaración, y de quién
stated-document-head = Documento
statement-in-force = en vigor
statement-evidence-differs = otro documento
document-same = (comparado)
document-differs = (se encontró otro documento)
document-not-beside = (no comparado)
card-waived = Exceptuado hasta el final del { $until } (UTC) por { $approver }, { $ticket }; { $count ->
    [one] queda un día.
   *[other] quedan { $count } días.
} Sin la excepción: { $outcome }.
card-plan = Planificado: { $owner }, vence el { $due }.
card-plan-overdue = Vencido: { $owner }, vencía el { $due }.
card-accept = Para aceptarlo por ahora, una excepción dice:

## Findings

findings-title = Hallazgos
areas-label = Áreas
filter-title = Filtro
filter-search = Buscar
filter-outcome = Resultado
filter-severity = Gravedad
filter-all = todos los valores
filter-reset = Mostrar todo
filter-shown = Hallazgos mostrados: { $shown } de { $all }
area-nothing-open = Aquí no hay nada pendiente.
fold-passed = { $count ->
    [one] { $count } superada
   *[other] { $count } superadas
}
fold-not-applicable = { $count ->
    [one] { $count } no aplicable
   *[other] { $count } no aplicables
}
compared-label = Qué se ha comparado para
looked-at-head = Examinado
wanted-head = Esperado
found-head = Encontrado
from-head = Origen
last-written-head = Última escritura
first-seen = No superada desde
why-title = Por qué importa.
todo-title = Qué hacer.
todo-panel = Panel
todo-environment = Entorno
todo-rest = REST
todo-note = Nota
relates-to = Se relaciona con
origin-stored = almacenado
origin-default = valor predeterminado incorporado
origin-environment = variable de entorno
origin-licence = sustituido, sin licencia
origin-data = leído de los datos
value-empty = (vacío)
value-none = (ninguno)
value-document = un documento
value-secret = secreto, { $state }

## Evidence

evidence-title = Evidencias
evidence-version = Origen de la versión
evidence-licence = Origen de la licencia
evidence-snapshot = Instantánea
evidence-rules = Reglas
evidence-policy = Política de auditoría
evidence-cluster-time = Hora del clúster
evidence-attached = Adjunto:
gaps-title = Qué no se ha podido leer
query-head = Consulta
collection-head = Colección
reason-head = Motivo
reads-more = { $count ->
    [one] Una lectura, la única que se ha realizado
   *[other] { $count } lecturas, todas las que se han realizado
}
reads-label = Lecturas
where-head = Dónde
asked-head = Qué se ha consultado
returned-head = Devuelto
bytes-head = Bytes
milliseconds-head = ms
policy-title = Política de auditoría vigente
policy-left-out = Excluida:
policy-packs = Paquetes de reglas: { $packs }. El resultado «no superada» cuenta a partir de la gravedad { $severity }.
policy-layer = Capa
policy-locked = Bloqueado:
parameters-label = Parámetros
parameter-head = Parámetro
value-head = Valor
confinement-title = Qué mantuvo confinado el programa
confinement-missing = Sin aplicar:
confinement-limits = No dice nada sobre root en la misma máquina, ni sobre una base de datos que se copia a otro lugar.
confinement-tried = Qué intentó el programa, después de leer y antes de juzgar
attempt-head = Intento
call-head = Terminado por
answer-head = Respuesta
attempt-out = No denegado:

## Frameworks

frameworks-title = Leyes y normas
frameworks-about = Con qué se relacionan las reglas, por ley y norma, y qué ha resultado aquí. Una fila sin ningún «no superada» no es prueba de conformidad: una regla ve lo que muestra una base de datos, y mucho de lo que exige una ley no está en ella.
framework-gdpr = RGPD (Unión Europea)
framework-lgpd = LGPD (Brasil)
framework-ccpa = CCPA (California)
framework-iso27001 = ISO/IEC 27001:2022, anexo A
framework-nist = NIST SP 800-53, revisión 5
framework-soc2 = SOC 2, Trust Services Criteria
framework-bsi = BSI IT-Grundschutz, módulos (correspondencia no verificada)
framework-summary = { $name }. Artículos o controles examinados: { $covered }; con reglas no superadas: { $failing }
control-head = Artículo o control
failing-head = Reglas no superadas
uncovered = Ninguna regla examina: { $controls }.

## Method

check-title = Cómo verificar este informe
check-about = Una página no puede dar fe de sí misma. El archivo VERIFY.txt que la acompaña contiene los comandos que, únicamente con OpenSSL, OpenSSH y sha256sum, muestran quién la ha firmado y que no se ha modificado nada. Esta página se ha generado a partir de report.json con este SHA-256:
check-commands = Comandos para verificarlo en la carpeta del informe
check-expected = El primero debe mostrar el resumen criptográfico (hash) anterior, y los dos últimos deben indicar que todo está bien.
method-title = Método y límites
method-about = El programa lee la base de datos del espacio de trabajo y nada más: primero los ajustes y después lo que las reglas necesitan de otras colecciones, reducido antes de salir de la base de datos siempre que es posible. A partir de la versión, de la licencia y de los valores predeterminados de cada versión determina qué rige realmente y lo compara con reglas extraídas de las políticas de privacidad del proveedor del 5 de enero y del 20 de octubre de 2023, del código del servidor y de la legislación que las reglas citan.
method-references = Las referencias indican con qué se relaciona una regla. No constituyen asesoramiento jurídico ni prueba de conformidad.
glossary-pass = Las evidencias muestran que la regla se cumple.
glossary-fail = Las evidencias muestran que la regla no se cumple.
glossary-false-assurance = El valor almacenado bastaría, pero la versión en ejecución, la licencia u otro ajuste lo deja sin efecto.
glossary-unknown = Las evidencias no permiten decidirlo. Nunca se cuenta como superada.
glossary-manual = Ninguna base de datos puede responderlo; alguien tiene que declararlo.
glossary-waived = No se cumple, y alguien lo acepta, tal como se encontró, hasta un día que consta ahí. No cuenta como superada ni como corregida.
glossary-not-applicable = La cuestión no se plantea en esta versión, perfil o configuración.
made-by = Generado por { $tool } { $version }. Informe { $id }, SHA-256 de report.json { $digest }.

## Frente a otro informe

changes-missing = El informe anterior a este no se puede leer: no se sabe qué ha cambiado, y los fallos constan como vistos hoy por primera vez.
what-if = Qué pasaría si: { $count ->
    [one] se supuso que un ajuste es distinto de como es.
   *[other] se supuso que { $count } ajustes son distintos de como son.
} Este informe no está firmado y no prueba nada.
what-if-print = QUÉ PASARÍA SI, NO ES UNA PRUEBA
compared-title = Qué ha cambiado y por qué
compared-assumption = Qué cambiaría
compared-intro-previous = Frente al informe del { $date }, el último de la cadena.
compared-intro-baseline = Frente al informe del { $date }, señalado como punto de partida.
compared-intro-assumption = Frente a las mismas pruebas tal como son, juzgadas para el { $date }.
compared-assumed = Supuesto de otro modo
compared-setting-head = Ajuste
compared-is-head = Es
compared-assumed-head = Se supone
compared-whole = En conjunto
compared-flows = Vías de salida
compared-clauses = Afirmaciones del fabricante
compared-change-head = Cambio
compared-before-head = Antes
compared-now-head = Ahora
compared-statement-head = Afirmación
compared-last-failed = No superada ya antes, por última vez el

change-new = nueva
change-returned = ha vuelto
change-worse = peor
change-changed = ha cambiado
change-better = mejor
change-fixed = corregida
change-added = regla nueva
change-removed = regla eliminada
change-opened = abierta
change-closed = cerrada

cause-value = valor
cause-environment = entorno
cause-data = datos
cause-default = valor de fábrica
cause-parameter = parámetro
cause-policy = política de auditoría
cause-waiver = excepción
cause-attestation = declaración
cause-version = versión
cause-licence = licencia
cause-gap = lectura
cause-rule = regla
cause-rules = reglas
cause-tool = programa
cause-source = fuente
cause-other = motivo

## Muchos espacios de trabajo

fleet-kind = Auditoría de privacidad de espacios de trabajo de Rocket.Chat
fleet-skip = Saltar a los espacios de trabajo
fleet-heading = { $count ->
    [one] Un espacio de trabajo
   *[other] { $count } espacios de trabajo
}
fleet-audited = { $count ->
    [0] No se auditó ningún espacio de trabajo.
    [one] Se auditó un espacio de trabajo.
   *[other] Se auditaron { $count } espacios de trabajo.
}
fleet-missing = { $count ->
    [0] No falta nada de lo que se pidió.
    [one] Otro no se pudo auditar, y allí puede ocultarse un fallo.
   *[other] Otros { $count } no se pudieron auditar, y allí pueden ocultarse fallos.
}
fleet-verdicts = Espacios de trabajo por veredicto
fleet-workspaces-head = Espacios de trabajo
fleet-missing-title = Lo que no se pudo auditar
fleet-missing-about = De estos no se sabe nada. Corrija lo que se indica aquí y audítelos de nuevo.
fleet-target-head = Objetivo
fleet-why-head = Qué ocurrió
fleet-next-head = Qué hacer
fleet-common-title = Lo que más falla
fleet-common-about = Reglas según el número de espacios de trabajo en que fallaron
fleet-common-more = { $count ->
    [one] Otra regla que falla o no se puede decidir en algún lugar
   *[other] Otras { $count } reglas que fallan o no se pueden decidir en algún lugar
}
fleet-rule-head = Regla
fleet-changed = { $count ->
    [0] En ningún espacio de trabajo cambió un resultado desde su informe anterior.
    [one] En un espacio de trabajo cambiaron resultados desde su informe anterior.
   *[other] En { $count } espacios de trabajo cambiaron resultados desde sus informes anteriores.
}
fleet-changed-first = Ningún espacio de trabajo tiene un informe anterior con el que compararse.
fleet-heat-title = Espacios de trabajo por área
fleet-heat-about = Cada número cuenta las reglas de un área que fallaron; el color es el de la más grave. Un número tras un signo de interrogación cuenta las reglas que no se pudieron decidir. Dentro de cada veredicto, los peores espacios de trabajo van primero; cada uno lleva a su propio informe.
fleet-workspace-head = Espacio de trabajo
fleet-rows = { $verdict }: espacios de trabajo { $first } a { $last } de { $count }
fleet-check-about = Cada espacio de trabajo tiene su propio informe firmado, cuya huella está en fleet.json. El archivo VERIFY.txt junto a esta página contiene las órdenes que muestran quién la firmó y que nada se cambió. Esta página se hizo a partir de fleet.json con este SHA-256:
fleet-made-by = Hecho por { $tool } { $version }. Informe { $id }, SHA-256 de fleet.json { $digest }.
