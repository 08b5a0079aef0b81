# The page's own words. Evidence, ids and the texts of rules stay as they are.

## Outcomes

outcome-fail = reprovada
outcome-error = erro na regra
outcome-unknown = indeterminada
outcome-manual = requer uma pessoa
outcome-waived = dispensada
outcome-pass = aprovada
outcome-not-applicable = não aplicável
false-assurance = parece seguro, mas não é

verdict-pass = Aprovada
verdict-fail = Reprovada
verdict-incomplete = Incompleta
verdict-nothing-to-judge = Nada a avaliar

severity-critical = crítica
severity-high = alta
severity-medium = média
severity-low = baixa
severity-info = informativa

## The verdict in a sentence

nothing-judged = Nenhuma verificação se aplica a este workspace; por isso, nada foi avaliado.
some-failed = { $judged ->
    [one] A única verificação que se aplica a este workspace foi reprovada{ $gravity ->
        [none] .
       *[other] , e isso é grave.
    }
   *[other] Das { $judged } verificações que se aplicam a este workspace, há { $failed } com o resultado “reprovada”{ $gravity ->
        [none] .
        [only] , de natureza grave.
        [all] , todas de natureza grave.
       *[some] , { $serious } delas de natureza grave.
    }
}
none-failed = { $judged ->
    [one] A única verificação que se aplica a este workspace não foi reprovada.
   *[other] Nenhuma das { $judged } verificações que se aplicam a este workspace foi reprovada.
}
undecided = { $count ->
    [one] Uma verificação não pôde ser esclarecida e pode ocultar uma reprovação.
   *[other] { $count } verificações não puderam ser esclarecidas e podem ocultar uma reprovação.
}

## How sure it is

sure-chain = A cadeia de relatórios: { $text }.
sure-ignored = { $count ->
    [one] Uma configuração parece segura, mas tem um valor que o servidor em execução ignora.
   *[other] { $count } configurações parecem seguras, mas têm valores que o servidor em execução ignora.
}
sure-unknown = { $count ->
    [one] Uma verificação não pôde ser esclarecida com base nas evidências; o motivo consta junto dela.
   *[other] { $count } verificações não puderam ser esclarecidas com base nas evidências; o motivo consta junto de cada uma.
}
sure-error = { $count ->
    [one] Uma regra apresentou erro; isso é um defeito deste programa.
   *[other] { $count } regras apresentaram erro; isso é um defeito deste programa.
}
sure-manual = { $count ->
    [one] Uma verificação requer a resposta de uma pessoa.
   *[other] { $count } verificações requerem a resposta de uma pessoa.
}
sure-waived = { $count ->
    [one] Uma falha está dispensada: é aceita por um tempo e não está corrigida.
   *[other] { $count } falhas estão dispensadas: são aceitas por um tempo e não estão corrigidas.
}
sure-gaps = { $count ->
    [one] Uma parte do banco de dados não pôde ser lida.
   *[other] { $count } partes do banco de dados não puderam ser lidas.
}
sure-no-profile = Nenhum perfil foi declarado; por isso, um perfil foi inferido.
sure-hiding = A política de auditoria deixa de fora o que não seria aprovado: { $rules }.
sure-idle = A política de auditoria deixa de fora o que seria aprovado ou não se aplica, de modo que a exclusão não é necessária: { $rules }.
sure-foreign = Há configurações armazenadas que não existem em nenhuma versão conhecida (AUD-007). Se isto for um fork, o que se afirma conforme a versão vale para a versão da qual ele se originou.
sure-version = A versão é duvidosa: { $conflict }.
sure-packets = Nada em um banco de dados prova que nenhum pacote tenha sido enviado; somente um registro do tráfego de rede pode prová-lo.

## The first screen

page-title = Auditoria de { $name }: { $verdict }
page-kind = Auditoria de privacidade de um workspace do Rocket.Chat
skip-to-findings = Ir para as constatações
first-title = O que fazer primeiro
first-none = Nenhuma regra foi reprovada.
sure-title = Grau de certeza
alarms-title = Aceito por enquanto, e o que vence
alarms-none = Nada disso requer atenção.
alarm-not-signed = Dispensas que não contam por causa da assinatura do arquivo:
alarm-other-value = O que foi encontrado não é o que foi aceito, por isso o achado voltou:
alarm-expired = Dispensas que terminaram:
alarm-expiring = Dispensas que terminam em até { $days } dias:
alarm-too-long = Dispensas que duram mais que os { $days } dias que a política permite, e por isso nunca contam:
alarm-unknown-rule = Dispensas de regras que não existem:
alarm-unmatched = Dispensas de que nada precisa:
alarm-not-applied = Dispensas que não se aplicam, porque ninguém sabe se a regra falha:
alarm-overlapping = Dispensas que se sobrepõem:
alarm-not-yet-valid = Dispensas que começam mais tarde:
alarm-plan-overdue = Planos vencidos:
alarm-plan-due = Planos que vencem em até { $days } dias:
alarm-statement-evidence = Declarações cujo documento é outro:
alarm-statement-expired = Declarações que terminaram:
alarm-statement-expiring = Declarações que terminam em até { $days } dias:
facts-judged-as = Avaliado como
facts-registration = Registro
facts-licence = Licença
facts-database = Banco de dados
facts-read = Leitura
facts-judged-for = Avaliado para a data
facts-report = Relatório
facts-challenge = Desafio

version-between = { $low } ou posterior, anterior a { $high }
version-from = { $low } ou posterior
version-before = anterior a { $high }
unknown = desconhecido
licence-offline = { $state }, para uso off-line
licence-ends = { $state }, termina em { $ends }
registration-registered = registrado
registration-registered-offline = registrado off-line
registration-unregistered = não registrado
source-server = uma instância em execução do MongoDB
source-dump-folder = uma pasta gravada pelo mongodump
source-dump-archive = um arquivo único (archive) gravado pelo mongodump
source-settings = um arquivo somente com as configurações

## What changed

changes-title = O que mudou
changes-first = Não há, em sua pasta, relatório anterior deste workspace com que compará-lo.
changes-since = Desde o relatório de { $date }:
changes-none = Nenhum resultado mudou desde o relatório de { $date }.
changes-failed = Agora reprovadas:
changes-mended = Não mais reprovadas:
changes-unknown = Agora indeterminadas:
changes-other = Outros resultados que mudaram:
changes-opened = Vias de saída que se abriram:
changes-closed = Vias de saída que se fecharam:
trend-title = Regras reprovadas e indeterminadas nos últimos relatórios
trend-words = Regras reprovadas nos últimos { $count } relatórios: { $first } no primeiro deles, { $last } no último.
trend-table = Em números
trend-date-head = Relatório de

## The overview

overview-title = Visão geral
outcomes-title = Resultados
outcome-head = Resultado
rules-head = Regras
severities-title = Regras reprovadas por gravidade
severity-head = Gravidade
failed-head = Reprovadas
bar-head = Barra
score = Pontuação de pelo menos { $score } de 100.
heat-title = Regras por área: as reprovadas, por gravidade, e o resultado das demais
area-head = Área

## What can leave

map-title = O que pode sair deste workspace
map-about = Ativo: os dados podem sair agora. Latente: um clique ou uma reinicialização permite isso. O que foi lido é um banco de dados; que nenhum pacote tenha sido enviado, somente um registro do tráfego de rede pode mostrar.
map-none = Não foi encontrado nada que possa sair.
map-home = Este workspace
map-goes-to = vai para
map-legend = Linha contínua: ativo. Linha tracejada: latente. Linha pontilhada com ponto de interrogação: indeterminado. Um ponto indica que a via inclui esse tipo de dado.
map-drawing = Desenho do que pode sair
map-drawing-words = Vias de saída deste workspace – ativas: { $active }; latentes: { $dormant }; indeterminadas: { $unknown }. A tabela abaixo diz o mesmo em palavras.
map-open = O que pode sair
map-closed = O que está desativado
map-more = { $count ->
    [one] Mais { $count } fluxo desativado ou inexistente neste workspace
   *[other] Mais { $count } fluxos desativados ou inexistentes neste workspace
}
flow-head = Fluxo
state-head = Estado
flow-what-head = O que sai e para quem
because-head = Porque
flow-off-head = Como desativá-lo e demonstrar que está desativado
flow-recipient = Destinatário:
flow-shown-by = Demonstrado por:
flow-to-head = Para quem
state-active = ativo
state-dormant = latente
state-unknown = indeterminado
state-off = desativado
state-not-applicable = inexistente neste workspace
kind-account = Conta
kind-usage = Uso
kind-app = Apps
kind-content = Conteúdo
kind-tracking = Rastreio
kind-location = Local
kind-other = outros
place-this-server = este servidor
place-own-network = rede própria
place-approved = aprovado pela política de auditoria
place-vendor = o fornecedor
place-other = outra entidade
table-title = A tabela do próprio fornecedor, para este workspace
table-class = Classe deste workspace: { $class }.
table-data-head = Dados
table-registered-head = Registrado
table-unregistered-head = Não registrado
table-airgapped-head = Isolado (air-gapped)
table-found-head = Encontrado: vias abertas para o fornecedor e seus suboperadores
table-agrees-head = Concorda com o perfil { $profile }
none = nenhuma
class-registered-online = registrado junto ao fornecedor, on-line
class-registered-offline = registrado junto ao fornecedor para uso off-line
class-unregistered = não registrado junto ao fornecedor
class-unknown = desconhecida
agreement-contradicted = contradito
agreement-as-stated = conforme declarado
agreement-unknown = indeterminado
agreement-nothing = nada é declarado

## Contacts

contacts-title = Quem o servidor alcançou, segundo os logs do operador
logs-cover = Os logs cobrem { $period }.
logs-cover-from = Os logs cobrem { $period }; contam apenas as linhas de { $from }.
logs-no-time = um período que nenhuma linha informa
contacts-open = Contatos que não deveriam existir ou que ninguém declarou
contacts-may-explain = Fluxos ativos que podem ir a qualquer host podem explicar o que nenhum fluxo nomeia:
contacts-others = Outros contatos
contacts-more = { $count ->
    [one] { $count } outro, declarado, aprovado, recusado ou interno
   *[other] { $count } outros, declarados, aprovados, recusados ou internos
}
contacts-not-listed = { $count ->
    [one] { $count } outro destino é contado acima e não está na lista.
   *[other] { $count } outros destinos são contados acima e não estão na lista.
}
destination-head = Destino
standing-head = O que é
flows-head = Fluxos
count-head = Quantas vezes
first-last-head = Primeiro e último
port = porta
logs-label = Logs
log-head = Log
lines-head = Linhas
covers-head = Cobre
standing-forbidden = o fornecedor, onde não deveria estar
standing-undeclared = não declarado por ninguém
standing-undeclared-address = sem nome, não declarado por ninguém
standing-not-active = de fluxos que não estão ativos
standing-declared = declarado por um fluxo ativo
standing-database = o banco de dados lido
standing-inside = interno
standing-refused = recusado pelo proxy ou firewall
log-lines = { $count ->
    [one] { $count } linha: { $parts }
   *[other] { $count } linhas: { $parts }
}
log-contacts = { $count ->
    [one] { $count } contato
   *[other] { $count } contatos
}
log-inbound = { $count } sobre conexões ao servidor
log-elsewhere = { $count } de outras máquinas
log-other = { $count } sem conexão
log-unread = { $count } ilegíveis (número { $numbers })

## What the vendor says

promises-title = O que dizem os documentos do fornecedor e o que faz este workspace
promises-about = Afirmações da política de privacidade de { $edition }, da lista de suboperadores, das diretrizes para autoridades de aplicação da lei e do aviso sobre workspaces isolados (air-gapped), em nossas palavras. Uma avaliação diz respeito a este workspace e nunca ao fornecedor.
edition-january = 5 de janeiro de 2023
edition-october = 20 de outubro de 2023
clause-contradicted = em contradição
clause-contradicted-about = Este workspace faz diferente.
clause-unproven = sem comprovação
clause-unproven-about = O que foi lido não informa isso ou informa apenas em parte.
clause-supported = com respaldo
clause-supported-about = Este workspace faz o que a afirmação diz.
clause-not-testable = sem verificação possível daqui
clause-not-testable-about = Diz respeito ao lado do fornecedor.
statements-label = Afirmações: { $verdict }
statement-head = Afirmação
says-head = O que diz
verdict-head = Avaliação
rests-on-head = Baseia-se em
not-in-edition = (Não consta da edição escolhida.)
editions-title = As duas edições lado a lado
topic-head = Tema
workspace-head = Este workspace
not-mentioned = não mencionado

## Dispensas, planos e declarações

written-title = Dispensas, planos e declarações
written-about = Todos valem do começo do primeiro dia até o fim do último, em UTC. Só uma falha pode ser dispensada. A regra é avaliada do mesmo modo, e se for encontrado algo diferente do que foi aceito, o achado volta.
waivers-chart = Dias que restam às dispensas que se aplicam
waivers-chart-words = { $count ->
    [one] Uma dispensa se aplica; termina com { $until }.
   *[other] { $count } dispensas se aplicam; a primeira termina com { $until }.
}
waivers-chart-line = As dispensas que terminam antes da linha tracejada são anunciadas acima.
days = { $count ->
    [one] um dia
   *[other] { $count } dias
}
waivers-label = Dispensas
waiver-head = Dispensa
waiver-why-head = Por quê, e por quem
waiver-days-head = De e até
waiver-accepted-head = O que é aceito
waiver-overlaps = Sobrepõe-se a
waivers-more = { $count ->
    [one] Mais uma é de outro workspace ou não está listada aqui.
   *[other] Mais { $count } são de outros workspaces ou não estão listadas aqui.
}
left-head = Dias restantes
waiver-applied = aplica-se
waiver-spare = desnecessária ao lado de outra
waiver-other-value = outro valor
waiver-not-applied = não se aplica
waiver-unmatched = nada precisa dela
waiver-unknown-rule = regra inexistente
waiver-expired = terminada
waiver-not-yet-valid = começa mais tarde
waiver-too-long = longa demais
waiver-not-signed = assinatura
signature-none = não assinado
signature-trusted = assinado
signature-not-trusted = assinado por alguém desconhecido
signature-bad = a assinatura não corresponde
plans-label = Planos
plan-rule-head = Regra
plan-owner-head = Quem
plan-due-head = Vence
plan-note-head = O quê
plan-open = aberto
plan-overdue = vencido
plan-done = feito
stated-label = O que as pessoas declaram
stated-about-head = Sobre
stated-text-head = Declaração, e de quem
stated-document-head = Documento
statement-in-force = em vigor
statement-evidence-differs = outro documento
document-same = (comparado)
document-differs = (outro documento foi encontrado)
document-not-beside = (não comparado)
card-waived = Dispensado até o fim de { $until } (UTC) por { $approver }, { $ticket }; { $count ->
    [one] resta um dia.
   *[other] restam { $count } dias.
} Sem a dispensa: { $outcome }.
card-plan = Planejado: { $owner }, vence em { $due }.
card-plan-overdue = Vencido: { $owner }, vencia em { $due }.
card-accept = Para aceitar isto por enquanto, uma dispensa diz:

## Findings

findings-title = Constatações
areas-label = Áreas
filter-title = Filtro
filter-search = Buscar
filter-outcome = Resultado
filter-severity = Gravidade
filter-all = todos os valores
filter-reset = Mostrar tudo
filter-shown = Constatações exibidas: { $shown } de { $all }
area-nothing-open = Aqui não há nada em aberto.
fold-passed = { $count ->
    [one] { $count } aprovada
   *[other] { $count } aprovadas
}
fold-not-applicable = { $count ->
    [one] { $count } não aplicável
   *[other] { $count } não aplicáveis
}
compared-label = O que foi comparado para
looked-at-head = Examinado
wanted-head = Esperado
found-head = Encontrado
from-head = Origem
last-written-head = Última gravação
first-seen = Reprovada desde
why-title = Por que é importante.
todo-title = O que fazer.
todo-panel = Painel
todo-environment = Ambiente
todo-rest = REST
todo-note = Observação
relates-to = Relaciona-se com
origin-stored = armazenado
origin-default = padrão embutido
origin-environment = variável de ambiente
origin-licence = substituído, não licenciado
origin-data = lido dos dados
value-empty = (vazio)
value-none = (nenhum)
value-document = um documento
value-secret = secreto, { $state }

## Evidence

evidence-title = Evidências
evidence-version = Versão obtida de
evidence-licence = Licença obtida de
evidence-snapshot = Instantâneo
evidence-rules = Regras
evidence-policy = Política de auditoria
evidence-cluster-time = Hora do cluster
evidence-attached = Anexo:
gaps-title = O que não pôde ser lido
query-head = Consulta
collection-head = Coleção
reason-head = Motivo
reads-more = { $count ->
    [one] { $count } leitura, a única realizada
   *[other] { $count } leituras, todas as que foram realizadas
}
reads-label = Leituras
where-head = Onde
asked-head = O que foi consultado
returned-head = Retornado
bytes-head = Bytes
milliseconds-head = ms
policy-title = Política de auditoria em vigor
policy-left-out = Excluída:
policy-packs = Pacotes de regras: { $packs }. As reprovações contam a partir da gravidade { $severity }.
policy-layer = Camada
policy-locked = Bloqueado:
parameters-label = Parâmetros
parameter-head = Parâmetro
value-head = Valor
confinement-title = O que manteve o programa confinado
confinement-missing = Não em vigor:
confinement-limits = Isso nada diz sobre o root na mesma máquina, nem sobre um banco de dados copiado para outro lugar.
confinement-tried = O que o programa tentou, depois de ler e antes de julgar
attempt-head = Tentativa
call-head = Encerrada por
answer-head = Resposta
attempt-out = Não recusado:

## Frameworks

frameworks-title = Leis e normas
frameworks-about = Com o que as regras se relacionam, por lei e norma, e o que resultou aqui. Uma linha sem reprovação não é prova de conformidade: uma regra vê o que um banco de dados mostra, e muito do que uma lei exige não está nele.
framework-gdpr = GDPR (União Europeia)
framework-lgpd = LGPD (Brasil)
framework-ccpa = CCPA (Califórnia)
framework-iso27001 = ISO/IEC 27001:2022, Anexo A
framework-nist = NIST SP 800-53, revisão 5
framework-soc2 = SOC 2, Trust Services Criteria
framework-bsi = BSI IT-Grundschutz, módulos (correspondência não verificada)
framework-summary = { $name }. Artigos ou controles examinados: { $covered }; com reprovações: { $failing }
control-head = Artigo ou controle
failing-head = Regras reprovadas
uncovered = Nenhuma regra examina: { $controls }.

## Method

check-title = Como verificar este relatório
check-about = Uma página não pode atestar a si mesma. O arquivo VERIFY.txt que a acompanha contém os comandos que, apenas com OpenSSL, OpenSSH e sha256sum, mostram quem a assinou e que nada foi alterado. Esta página foi gerada a partir de report.json com este SHA-256:
check-commands = Comandos para verificá-lo na pasta do relatório
check-expected = O primeiro deve exibir o hash acima, e os dois últimos devem informar que está tudo certo.
method-title = Método e limites
method-about = O programa lê o banco de dados do workspace e nada mais: primeiro as configurações e depois o que as regras precisam de outras coleções, reduzido antes de sair do banco de dados sempre que possível. A partir da versão, da licença e dos valores padrão de cada versão, ele determina o que realmente vale e o compara com regras extraídas das políticas de privacidade do fornecedor de 5 de janeiro e de 20 de outubro de 2023, do código do servidor e da legislação que elas citam.
method-references = As referências indicam com o que uma regra se relaciona. Não constituem aconselhamento jurídico nem prova de conformidade.
glossary-pass = As evidências mostram que a regra é atendida.
glossary-fail = As evidências mostram que a regra não é atendida.
glossary-false-assurance = O valor armazenado bastaria, mas a versão em execução, a licença ou outra configuração o torna sem efeito.
glossary-unknown = As evidências não permitem decidir. Esse resultado nunca é contado como aprovação.
glossary-manual = Nenhum banco de dados pode responder a isso; alguém precisa declará-lo.
glossary-waived = A regra falha, e alguém aceita isso, como foi encontrado, até um dia que consta ali. Não conta como aprovada nem como corrigida.
glossary-not-applicable = A questão não se coloca nesta versão, neste perfil ou nesta configuração.
made-by = Gerado por { $tool } { $version }. Relatório { $id }, SHA-256 de report.json { $digest }.

## Em relação a outro relatório

changes-missing = O relatório anterior a este não pode ser lido: não se sabe o que mudou, e as falhas constam como vistas hoje pela primeira vez.
what-if = E se: { $count ->
    [one] supôs-se que uma configuração é diferente do que é.
   *[other] supôs-se que { $count } configurações são diferentes do que são.
} Este relatório não está assinado e não prova nada.
what-if-print = E SE, NÃO É PROVA
compared-title = O que mudou e por quê
compared-assumption = O que mudaria
compared-intro-previous = Em relação ao relatório de { $date }, o último da cadeia.
compared-intro-baseline = Em relação ao relatório de { $date }, indicado como ponto de partida.
compared-intro-assumption = Em relação às mesmas evidências como são, julgadas para { $date }.
compared-assumed = Suposto de outro modo
compared-setting-head = Configuração
compared-is-head = É
compared-assumed-head = Suposto
compared-whole = No conjunto
compared-flows = Vias de saída
compared-clauses = Afirmações do fabricante
compared-change-head = Mudança
compared-before-head = Antes
compared-now-head = Agora
compared-statement-head = Afirmação
compared-last-failed = Já reprovada antes, pela última vez em

change-new = nova
change-returned = voltou
change-worse = pior
change-changed = mudou
change-better = melhor
change-fixed = corrigida
change-added = regra nova
change-removed = regra removida
change-opened = aberta
change-closed = fechada

cause-value = valor
cause-environment = ambiente
cause-data = dados
cause-default = valor de fábrica
cause-parameter = parâmetro
cause-policy = política de auditoria
cause-waiver = exceção
cause-attestation = declaração
cause-version = versão
cause-licence = licença
cause-gap = leitura
cause-rule = regra
cause-rules = regras
cause-tool = programa
cause-source = fonte
cause-other = motivo

## Muitos workspaces

fleet-kind = Auditoria de privacidade de workspaces do Rocket.Chat
fleet-skip = Ir para os workspaces
fleet-heading = { $count ->
    [one] Um workspace
   *[other] { $count } workspaces
}
fleet-audited = { $count ->
    [0] Nenhum workspace foi auditado.
    [one] Um workspace foi auditado.
   *[other] { $count } workspaces foram auditados.
}
fleet-missing = { $count ->
    [0] Nada do que foi pedido está faltando.
    [one] Outro não pôde ser auditado, e uma falha pode se esconder ali.
   *[other] Outros { $count } não puderam ser auditados, e falhas podem se esconder ali.
}
fleet-verdicts = Workspaces por veredito
fleet-workspaces-head = Workspaces
fleet-missing-title = O que não pôde ser auditado
fleet-missing-about = Nada se sabe destes. Corrija o que está aqui e audite-os novamente.
fleet-target-head = Alvo
fleet-why-head = O que aconteceu
fleet-next-head = O que fazer
fleet-common-title = O que mais falha
fleet-common-about = Regras pelo número de workspaces em que falharam
fleet-common-more = { $count ->
    [one] Mais uma regra que falha ou não pode ser decidida em algum lugar
   *[other] Mais { $count } regras que falham ou não podem ser decididas em algum lugar
}
fleet-rule-head = Regra
fleet-changed = { $count ->
    [0] Em nenhum workspace um resultado mudou desde o relatório anterior.
    [one] Em um workspace, resultados mudaram desde o relatório anterior.
   *[other] Em { $count } workspaces, resultados mudaram desde os relatórios anteriores.
}
fleet-changed-first = Nenhum workspace tem um relatório anterior para comparar.
fleet-heat-title = Workspaces por área
fleet-heat-about = Cada número conta as regras de uma área que falharam; a cor é a da mais grave. Um número atrás de um ponto de interrogação conta regras que não puderam ser decididas. Em cada veredito, os piores workspaces vêm primeiro; cada um leva ao seu próprio relatório.
fleet-workspace-head = Workspace
fleet-rows = { $verdict }: workspaces { $first } a { $last } de { $count }
fleet-check-about = Cada workspace tem seu próprio relatório assinado, cujo resumo está em fleet.json. O arquivo VERIFY.txt ao lado desta página tem os comandos que mostram quem a assinou e que nada foi mudado. Esta página foi feita de fleet.json com este SHA-256:
fleet-made-by = Feito por { $tool } { $version }. Relatório { $id }, SHA-256 de fleet.json { $digest }.
