package plan

import (
	"strings"

	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// Install documents are not always in English. What headings are about, and the
// few words that lead to a command, are known in the other languages that
// READMEs are most often written in: Chinese, Spanish, Portuguese, Japanese,
// French, German, Russian, Korean, Italian. The rules stay the same; only the
// words differ.

// abroad gives the headings of other languages, topic by topic. Words of
// scripts without blanks between words stand behind the bar.
var abroad = []struct {
	topic   topic
	words   string // whole words, a regular expression
	written string // Chinese, Japanese, Korean: found anywhere
}{
	{topicRemove, `desinstal\w*|deinstall\w*|désinstall\w*|disinstall\w*|удален\p{L}*`, `卸载|解除安装|アンインストール|제거`},
	{topicUpgrade, `actualiza\w*|atualiza\w*|mise à jour|mettre à jour|aktualisier\w*|aggiorna\w*|обновлени\p{L}*`, `升级|更新|アップデート|アップグレード|업데이트`},
	{topicTrouble, `soluci[oó]n de problemas|resoluci[oó]n de problemas|problemas( comunes| conocidos)?|preguntas frecuentes|perguntas frequentes|solu[cç][aã]o de problemas|dépannage|problèmes|fehlerbehebung|problembehebung|häufige (fragen|probleme)|risoluzione dei problemi|решение проблем|проблемы`, `常见问题|常見問題|故障排除|疑难|トラブルシューティング|よくある質問|문제 해결`},
	{topicDeploy, `despliegue|desplegar|implanta[cç][aã]o|publica[cç][aã]o|produ[cç][aã]o|producci[oó]n|déploiement|mise en production|bereitstellung|produktiv\w*|distribuzione|развертывание|развёртывание|деплой`, `部署|デプロイ|배포|生产环境`},
	{topicDevelop, `contribuir|contribuci[oó]n(es)?|contribui[cç][aã]o|contribui[cç][oõ]es|colabora(r|ci[oó]n)|contribuer|contributions?|mitwirken|beitragen|beiträge|mitmachen|contribuire|участие|вклад|разработчикам`, `贡献|貢獻|コントリビュート|貢献|기여`},
	{topicTest, `pruebas|testes|tests|prüfungen|prove|тесты|тестирование`, `测试|測試|テスト|테스트`},
	{topicOptional, `opcional(es)?|optionnel(le)?s?|facultatif|facultative|opzionale|необязательно`, `可选|可選|任意|선택`},
	{topicNeeds, `requisitos( previos)?|pr[eé][- ]?requisitos?|dependencias|depend[eê]ncias|pr[ée]requis|dépendances|voraussetzungen|anforderungen|abhängigkeiten|requisiti|prerequisiti|dipendenze|требования|зависимости|необходимо`, `环境要求|前置|依赖|依賴|要求|必要|前提|準備|준비|요구`},
	{topicUse, `commandes (utiles|courantes)|comandos ([uú]teis|[uú]tiles)|nützliche befehle|comandi utili|полезные команды|dicas( .*)?|consejos( .*)?|astuces( .*)?|tipps( .*)?|consigli( .*)?|советы( .*)?`, `技巧|常用命令|ヒント|팁`},
	{topicStart, `primeros pasos|primeiros passos|inicio r[aá]pido|in[ií]cio r[aá]pido|puesta en marcha|empezar|come[cç]ar|come[cç]ando|configura[cç][aã]o do ambiente|premiers pas|démarrage( rapide)?|mise en route|pour commencer|erste schritte|schnellstart|einrichtung|einrichten|guida rapida|per iniziare|быстрый старт|начало работы|как начать|paso \d+|passo \d+|étape \d+|schritt \d+`, `快速开始|快速開始|快速上手|开始使用|入门|使い方の手順|はじめに|クイックスタート|セットアップ|環境構築|시작하기|빠른 시작`},
	{topicInstall, `instala[cç]i?[oó]?n?[aã]?o?|instalar|instrucciones de instalaci[oó]n|c[oó]mo instalar|como instalar|descarga(r)?|baixar|clonar|installation|installer|télécharge(r|ment)|cloner|installieren|herunterladen|klonen|installazione|installare|scaricare|установка|как установить|скачать`, `安装|安裝|下载|下載|インストール|導入|설치`},
	{topicBuild, `compilaci[oó]n|compilar|compila[cç][aã]o|construir|compiler|compilation|construire|kompilier\w*|bauen|erstellen|compilare|compilazione|сборка|компиляция`, `编译|編譯|构建|建置|ビルド|빌드`},
	{topicSet, `configuraci[oó]n|configura[cç][aã]o|configurar|base de datos|banco de dados|variables de entorno|vari[aá]veis de ambiente|configurer|base de données|variables d'environnement|konfiguration|konfigurieren|datenbank|umgebungsvariablen|configurazione|configurare|настройка|конфигурация|база данных`, `配置|設定|设置|数据库|資料庫|環境変数|설정`},
	{topicRun, `ejecuci[oó]n|ejecutar|execu[cç][aã]o|executar|executando|rodar|rodando|iniciar|correr|exécution|exécuter|lancer|lancement|démarrer|ausführen|ausführung|starten|esecuzione|eseguire|avviare|запуск|запустить`, `运行|執行|执行|启动|啟動|実行|起動|실행`},
	{topicUse, `uso|usar|utilizaci[oó]n|utiliza[cç][aã]o|como usar|c[oó]mo usar|ejemplos?|exemplos?|utilisation|utiliser|exemples?|verwendung|benutzung|nutzung|beispiele?|utilizzo|esempi|использование|примеры?`, `使用|用法|示例|例子|使い方|使用方法|사용`},
	{topicOther, `licencia|licen[cç]a|licence|lizenz|licenza|лицензия|autores|auteurs|autoren|agradecimientos|agradecimentos|remerciements|danksagung|estructura.*|estrutura.*|structure.*|struktur.*|tecnolog[ií]as.*|technologien|contacto|contato|kontakt`, `许可|許可|协议|作者|目录结构|致谢|ライセンス|라이선스`},
}

// Words of other languages that lead to a command, or call it something.
const (
	verbsAbroad = `ejecut(e|a|ar|amos|ando)|corr(e|er|a)|teclee|escriba|introduzca|execut(e|ar|ando)|rod(e|ar)|digit(e|ar)|lance[rz]|exécute[rz]|tape[rz]|saisissez|führe(n sie)?|starte(n sie)?|gib|geben sie|tippe|esegui(re)?|lancia(re)?|digita(re)?|выполни(те|ть)|запусти(те|ть)|введите|ввести`
	nounsAbroad = `comando|comandos|commande|commandes|befehl|befehle|instrucci[oó]n|команду|команда|команды`
	symbols     = `运行|執行|执行|输入|輸入|使用命令|命令为|命令|指令|実行|コマンド|입력|실행`
)

// setupAbroad: the words of a sentence that sends its reader to a guide for
// setting things up.
var setupAbroad = phrase.Compile(`(?i)(?:^|[^\p{L}])(?:instal(?:aci[oó]n|a[cç][aã]o|ar|le|ler|lieren|lation|lazione|lare)|faire tourner|en local|localement|localmente|lokal|in locale|mise en (?:place|route)|puesta en marcha|primeros pasos|primeiros passos|premiers pas|erste schritte|einrichtung|einrichten|locally|установ\p{L}*|запуст\p{L}*|локально)(?:$|[^\p{L}])|安装|安裝|部署|本地运行|インストール|環境構築|설치`)

var (
	announces = phrase.Compile(`(?i)(?:^|[^\p{L}])(?:run|execute|type|enter|command|commands|` + verbsAbroad + `|` + nounsAbroad + `)(?:$|[^\p{L}])|` + symbols)
	askAbroad = phrase.Compile(`(?i)(?:^|[^\p{L}])(?:` + verbsAbroad + `|` + nounsAbroad + `)(?:\s+(?:el|la|los|las|o|a|os|as|le|les|den|die|das|il|lo|i|gli|siguientes?|seguintes?|suivante?s?|folgenden?|seguenti?|следующ\p{L}+|comandos?|commandes?|befehle?|команд\p{L}*))*(?:\s+(?:en|na|no|dans|im|in|nel|nella|в|из)\s+\S+(?:\s+\S+){0,2})?\s*:?\s*$|(?:` + symbols + `)[^。]{0,8}[:：]?\s*$`)
	praise    = phrase.Compile(`(?i)\b(recomendad[oa]|recommandée?|empfohlen|consigliat[oa])(?:$|[^\p{L}])|рекоменду|推荐|推薦|おすすめ|推奨|권장`)
	choice    = phrase.Compile(`(?i)(?:^|[^\p{L}])(?:option|method|alternative|approach|variant|way|opci[oó]n|op[cç][aã]o|möglichkeit|variante|m[eé]todo|méthode|methode|opzione|вариант|способ) ?#?(?:\d|[a-c]\b|one\b|two\b|three\b)|(?:方法|方式|选项|選項)\s?(?:\d|[一二三])`)
)

// topicAbroad reads a heading that no English word explains.
func topicAbroad(heading string) topic {
	for _, a := range abroadRules {
		if a.match.MatchString(heading) {
			return a.topic
		}
	}
	return noTopic
}

type abroadRule struct {
	topic topic
	match *phrase.Expr
}

var abroadRules = func() []abroadRule {
	var rules []abroadRule
	for _, a := range abroad {
		rules = append(rules, abroadRule{a.topic, phrase.Compile(`(?i)(?:^|[^\p{L}\d])(?:` + a.words + `)(?:$|[^\p{L}\d])|` + strings.ReplaceAll(a.written, " ", ""))})
	}
	return rules
}()
