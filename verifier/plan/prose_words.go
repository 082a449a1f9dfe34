package plan

import (
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// What sentences ask for, rule by rule. A rule is tried on one sentence at a
// time, code in backquotes, and only where the sentence stands in a part of the
// document that a newcomer follows. Precision comes before recall: what is not
// found is missed as it was before, and what is wrongly found may be done.

// asking is one way to ask for something in words.
type asking struct {
	Rule
	kind  verifier.ProseKind
	match *phrase.Expr
	path  int // group that names the file which is to be there afterwards; 0: none
	from  int // group that names the file which it is a copy of; 0: none
	// shows: the content stands in the block behind the sentence; without one
	// the reader is left to their own lights.
	shows bool
	adds  bool // to what the file holds already
}

const (
	quote = "[`'\"“”‘’*_]{0,3}"

	// fileName is a path as text shows it: with a folder, a leading dot or an
	// ending that only files have, so that no plain word is taken for one.
	fileName = quote + `((?:\./)?(?:[\w.@-]+/)*(?:\.[A-Za-z][\w.-]*|[\w@-][\w.@-]*\.(?:env|ya?ml|json5?|toml|ini|cfg|conf|config|properties|py|php|rb|js|ts|cjs|mjs|xml|txt|sh|local|example|sample|dist|template|tmpl|tpl|defaults?|secrets?)))` + quote

	// begin is where a sentence, or a part of it, tells the reader to do
	// something: at its start, behind what only says when and where, or behind
	// a comma and "and".
	begin = `(?:^\W*(?:(?:step )?\d+[.):]\s*)?(?:(?:please|then|next|now|first(?:ly)?|second(?:ly)?|finally|lastly|start by|begin by|just|simply|also|afterwards?|after that|once done|you|you'll|we|will|must|should|need|needs|have|has|to|also|again|additionally|if (?:it does|you do|they do|it is|you have)(?:n't| not)[^,.]{0,40},|if not(?: already)?(?: \w+)?,|(?:in|from|inside|at|under|within|for|before|after|to|using) [^,.]{1,60},)[,:]?\s+)*|[,;]\s*(?:and |then |please |also )*|\band (?:then |also )?|\bthen |:\s+|\)\s+)`

	article = `(?:(?:a|an|the|your|another|this|our|any|some|its)\s+)?`
	called  = `(?:(?:file|one|it)\s+)?(?:(?:called|named|as|with the name)\s+)?`
	ownFile = article + `(?:(?:new|own|local|empty|plain|simple|blank|hidden|text|configuration|config|environment|env|json|yaml|secrets?|settings|project|root|dot|custom|development)\s+){0,3}` + called
	ofFile  = article + `(?:(?:contents?|content of|contents of|file|provided|example|sample|included|environment|env|template|default|existing|the|of)\s+){0,4}`
	onto    = `(?:\s+files?)?(?:\s+template)?(?:,? (?:in|from|at|inside|located in) [^,.;]{1,50}?)?,?\s*(?:and (?:rename|save|name|call|paste|store) (?:it|this|that|the (?:copy|file|copied file|new file|result))?\s*(?:to|as|into|in)?|and rename it|to|as|into|in|=?[-=]+>|→|➔)\s+` + ownFile
)

// askings are tried in order; the first that matches a sentence speaks for it.
var askings = []asking{
	{Rule: Rule{"prose-copies", "\"copy .env.example to .env\" names both files, so that nothing is left to guess"},
		kind: verifier.ProseCopy, path: 2, from: 1,
		match: phrase.Compile(`(?i)` + begin + `(?:copy|duplicate|clone|cp)\s+` + ofFile + fileName + onto + fileName)},
	{Rule: Rule{"prose-renames", "whoever renames the example has the same file afterwards as whoever copies it"},
		kind: verifier.ProseCopy, path: 2, from: 1,
		match: phrase.Compile(`(?i)` + begin + `(?:rename|move|change the name of|save)\s+` + ofFile + fileName + onto + fileName)},
	{Rule: Rule{"prose-copies-made", "\"make a copy of X called Y\" is the same with the verb as a noun"},
		kind: verifier.ProseCopy, path: 2, from: 1,
		match: phrase.Compile(`(?i)` + begin + `(?:make|create|take)\s+(?:a )?(?:local |new )?(?:copy|duplicate) of\s+` + ofFile + fileName + `[^.;]{0,40}?\b(?:named|called|(?:name|call|rename) it(?: to| as)?|as|to|into|in)\s+` + ownFile + fileName)},
	{Rule: Rule{"prose-made-from", "\"create .env from .env.example\" is a copy told from its end"},
		kind: verifier.ProseCopy, path: 1, from: 2,
		match: phrase.Compile(`(?i)` + begin + `(?:create|make|set ?up|add)\s+` + ownFile + fileName + `[^.;]{0,60}?\b(?:from|based on|by copying|copying|copied from|and copy (?:all )?(?:the )?(?:contents? )?(?:of|from|in)|using|out of)\s+` + ofFile + fileName)},
	{Rule: Rule{"prose-new-files", "\"create a file called X with\" and a block of settings is typed into an editor by everybody"},
		kind: verifier.ProseFile, path: 1, shows: true,
		match: phrase.Compile(`(?i)` + begin + `(?:create|make|add|write|set ?up|place|put|generate)\s+(?:and \w+ )?` + ownFile + fileName)},
	{Rule: Rule{"prose-new-files-called", "the name comes last where the sentence says first where the file belongs"},
		kind: verifier.ProseFile, path: 1, shows: true,
		match: phrase.Compile(`(?i)` + begin + `(?:create|make|add|write|set ?up)\s+(?:a|an|another|your|the)\s+(?:[\w.-]+\s+){0,3}?file\b[^.;]{0,90}?\b(?:called|named|name it|call it)\s+` + fileName)},
	{Rule: Rule{"prose-additions", "\"add the following to X\" shows what X must hold"},
		kind: verifier.ProseFile, path: 1, shows: true, adds: true,
		match: phrase.Compile(`(?i)` + begin + `(?:add|put|paste|insert|append|copy|include|place|enter|save|write|define|set|fill(?: in)?|use|store|provide|specify)\s+(?:in )?(?:the following|these|this|(?:the )?[\w ]{0,30}\bbelow)[^.;]{0,80}?\b(?:to|in|into|inside|at|as|of)\s+(?:the (?:end|top|bottom|root) of )?` + ownFile + fileName)},
	{Rule: Rule{"prose-additions-first", "\"in X, add the following\" says the same the other way round"},
		kind: verifier.ProseFile, path: 1, shows: true, adds: true,
		match: phrase.Compile(`(?i)^\W*(?:\d+[.)]\s*)?(?:then,? |next,? |now,? )?(?:in|inside|into|to)\s+` + ownFile + fileName + `(?: file)?[^.;]{0,40}?,?\s+(?:add|put|paste|insert|include|enter|write|define|set|provide|specify)\s+(?:the following|these|this|[\w ]{0,30}\bbelow)`)},
	{Rule: Rule{"prose-contents", "\"X should look like this\" shows the file as it must be"},
		kind: verifier.ProseFile, path: 1, shows: true, adds: true,
		match: phrase.Compile(`(?i)(?:^|\b(?:the|your|a|this)\s+)\W{0,3}` + fileName + `(?: file)?(?: in [^.;]{1,40}?)?\s+(?:should|must|needs to|has to|have to|ought to)\s+(?:then |now )?(?:look|contain|be|have|include|consist)`)},
	{Rule: Rule{"prose-edits", "a file that is to be filled in needs what only the reader knows"},
		kind: verifier.ProseEdit, path: 1,
		match: phrase.Compile(`(?i)` + begin + `(?:edit|editing|open(?: up)?|modify|update|adjust|customi[sz]e|populate|complete|fill(?: (?:in|out|up))?|configure|change|set(?: up)?|replace|review)\s+(?:[^.;]{0,90}?\b(?:in|of|inside|within|into|to|by editing)\s+)?` + ownFile + fileName)},
	{Rule: Rule{"prose-values", "values that go into a file are the reader's own"},
		kind: verifier.ProseEdit, path: 1,
		match: phrase.Compile(`(?i)` + begin + `(?:add|put|enter|define|specify|insert|provide|store|paste|save|include|declare)\s+[^.;]{2,120}?\b(?:in|to|into|inside|within)\s+(?:the (?:end|top|bottom|root) of )?` + ownFile + fileName)},

	{Rule: Rule{"prose-running", "what must be running is no package, and no command starts it here"},
		kind:  verifier.ProseService,
		match: phrase.Compile(`(?i)\b(?:make sure|ensure|be sure|check|verify)\b[^.;]{0,80}\b(?:` + tools + `|database|server|daemon|service)\b[^.;]{0,60}\b(?:running|started|up and|is up|are up)\b`)},
	{Rule: Rule{"prose-starts", "\"start the database\" leaves it to the reader how"},
		kind:  verifier.ProseService,
		match: phrase.Compile(`(?i)` + begin + `(?:start|launch|boot|run|spin up|start up|open)\s+(?:up\s+)?` + article + `(?:local\s+|new\s+)?(?:` + services + `)(?: (?:server|service|daemon|desktop|engine|app|instance|database))?(?:\W*$| (?:on|in|and|if|using|with|locally|server|before)\b)`)},
	{Rule: Rule{"prose-databases", "a database that is to be made has no command where none is shown"},
		kind:  verifier.ProseService,
		match: phrase.Compile(`(?i)` + begin + `(?:create|set ?up|make|provision)\s+` + article + `(?:(?:new|local|empty|blank|mysql|postgres\w*|mariadb|mongodb|test|development|dev)\s+){0,3}(?:database|db|postgres(?:ql)?|mysql|mongodb)\b`)},
	{Rule: Rule{"prose-accounts", "an account or a key is the reader's own to get"},
		kind:  verifier.ProseAccount,
		match: phrase.Compile(`(?i)` + begin + `(?:(?:sign[ -]?up|register)\s+(?:for|at|on|with|to|in)\b|(?:create|open|make|set ?up|get)\s+(?:a|an|your)\s+(?:[\w-]+\s+){0,4}account\b|(?:obtain|get|request|generate|acquire|create|apply for|ask for|set ?up|need)\s+[^.;]{0,60}?\b(?:api[ -]?keys?|api tokens?|access tokens?|access keys?|credentials|client ids?|client secrets?|oauth client|service accounts?|licen[sc]e keys?|tokens?)\b)`)},
	{Rule: Rule{"prose-downloads", "data from elsewhere must be fetched by hand where no command fetches it"},
		kind:  verifier.ProseAccount,
		match: phrase.Compile(`(?i)` + begin + `(?:download|fetch|obtain|retrieve)\s+(?:and \w+ )?[^.;]{0,70}?\b(?:data|datasets?|data ?sets?|corpus|models?|weights|checkpoints?|csv|dump|shapefiles?|library|[\w-]+\.(?:zip|csv|tar\.gz|tgz|json|pbf|sql|bin|pth?)|file)\b`)},
	{Rule: Rule{"prose-installed", "\"make sure that you have X\" asks for X without saying how"},
		kind:  verifier.ProseInstall,
		match: phrase.Compile(`(?i)\b(?:make sure|ensure|be sure|check|verify|assumes?|assuming)\b[^.;]{0,60}\b(?:have|has|got|install|installed|that|of)?\b[^.;]{0,30}?\b(?:` + tools + `)(?:\W|$)`)},
	{Rule: Rule{"prose-installs", "\"install X\" with nothing to type asks for the reader's own way"},
		kind:  verifier.ProseInstall,
		match: phrase.Compile(`(?i)` + begin + `(?:(?:download|get|obtain)(?: and| &|/| or)\s*)?(?:install|installing|download)(?: and \w+)?\s+` + article + `(?:(?:latest|recent|stable|lts|right|newest|current|required|official|following|version|versions|release|of|the|needed|community)\s+){0,4}\W{0,3}(?:` + tools + `)(?:\W|$)`)},
	{Rule: Rule{"prose-needs", "what one \"will need\" must be there before anything else"},
		kind:  verifier.ProseInstall,
		match: phrase.Compile(`(?i)(?:\byou(?:'ll| will| must| should)?(?: also| first)? (?:need|require|must have|have to have|should have)\b|\brequires?\b|\b(?:must|need to|needs to|should|have to|has to) (?:first )?(?:have|install)\b)[^.;]{0,60}?\b(?:` + tools + `)(?:\W|$)`)},
	{Rule: Rule{"prose-needed", "what \"is required\" must be there before anything else"},
		kind:  verifier.ProseInstall,
		match: phrase.Compile(`(?i)(?:^|\W)(?:` + tools + `)(?:\W[^.;]{0,50}?)?\b(?:is|are|must be|needs? to be|should be|has to be|have to be)(?: also)? (?:required|needed|installed|necessary)\b`)},
}

// services are what runs in the background of other software.
const services = `docker(?: desktop| engine| daemon)?|mongo(?:db|d)?|postgres(?:ql)?|mysql|mariadb|redis|elasticsearch|rabbitmq|kafka|memcached|neo4j|database|db|database server`

// tools are names of software that READMEs take for granted. Names that are
// words of the language count only where the word cannot be meant.
const tools = services + `|docker[- ]compose|docker-compose|node(?:\.?js)?|npm|yarn|pnpm|bun|deno|nvm|python ?[23]?(?:\.\d+)*|pip[3x]?|pipenv|poetry|pyenv|virtualenv|(?:ana|mini|micro)conda|conda|mamba|uv|java|jdk|jre|open ?jdk|maven|gradle|go(?:lang)? ?v?\d[\d.]*\+?|golang|(?-i:Go)|rust(?:up|c)?|cargo|ruby|rbenv|rvm|bundler|rails|php|composer|laravel|xampp|postgis|sqlite3?|git(?:[- ]lfs)?|gnu make|\x60make\x60|cmake|ninja|meson|gcc|g\+\+|clang|llvm|\.net(?: core)?(?: \d[\d.]*)?(?: sdk)?|dotnet|rstudio|julia|elixir|erlang|ghc|haskell|stack|opam|perl|lua|qt ?\d?|ffmpeg|imagemagick|aws[- ]?cli|gcloud|google cloud sdk|azure cli|kubectl|minikube|helm|terraform|ansible|vagrant|virtualbox|heroku cli|vcpkg|cuda|pandoc|gdal|latex|tesseract|graphviz|nginx|apache|tomcat|mongosh|expo|angular cli|ncurses|r ?\d+(?:\.\d+)+|(?-i:R)`

// needItem is a list item of a chapter on prerequisites that only names what
// must be there.
var needItem = phrase.Compile(`(?i)^\W*(?:(?:a|an|the|any|some|recent|working|latest|up-to-date|current|modern|valid|version|versions|install(?:ed|ation)?s?|of|local|running|supported|at|least|installed|or|by|your|own|stable|lts|community|instance|using|with|compatible)\W+){0,8}(?:` + tools + `|make|(?:[\w+#]+-compatible |[cC]\+\+\S* ?)?compiler)(?:\W|$)`)
