package plan

import (
	"github.com/freshinstall/freshinstall/verifier"
	"github.com/freshinstall/freshinstall/verifier/phrase"
)

// The main verbs in Spanish, Portuguese, French and German. The kinds and their
// reasons are those of askings; only the words differ.
const (
	beginAbroad = `(?:^\W*(?:\d+[.)]\s*)?(?:[\p{L}' ]{1,40},\s*)?|[,;:]\s*|(?:^|\s)(?:y|e|et|und|luego|después|depois|puis|ensuite|dann|danach)\s+)`
	theFile     = `(?:(?:el|la|los|un|una|o|a|os|um|uma|le|les|un|une|den|die|das|der|eine?n?|votre|su|tu|seu|dein|ihre?|l['’])\s*)?(?:(?:archivo|fichero|arquivo|ficheiro|fichier|datei|contenido|conteúdo|contenu|inhalt|de|do|du|des|von|nuevo|novo|nouveau|neue|local|llamad[oa]|chamad[oa]|con (?:el )?nombre|com (?:o )?nome|nommé|appelé|namens|mit dem namen|exemplo|ejemplo)\s+){0,5}`
	ontoAbroad  = `(?:\s+(?:archivo|arquivo|fichier|datei))?\s+(?:(?:y|e|et|und) \p{L}+ (?:a|como|para|en)|a|como|para|en|em|vers|dans|zu|nach|als|in)\s+` + theFile
)

var abroadAskings = []asking{
	{Rule: Rule{"prose-copies-abroad", "a copy names both files in every language"},
		kind: verifier.ProseCopy, path: 2, from: 1,
		match: phrase.Compile(`(?i)` + beginAbroad + `(?:cop(?:ia|ie|iar|iez|ier)|duplica[r]?|duplique|dupliquez|kopiere?n?(?: sie)?|renombr(?:a|e|ar)|renome(?:ie|ar|ia)|renomm(?:ez|er)|benenne?n?(?: sie)?)\s+` + theFile + fileName + ontoAbroad + fileName)},
	{Rule: Rule{"prose-new-files-abroad", "a new file and a block of settings is typed into an editor by everybody"},
		kind: verifier.ProseFile, path: 1, shows: true,
		match: phrase.Compile(`(?i)` + beginAbroad + `(?:cre(?:a|e|ar|ez)|crie|criar|cré(?:ez|er)|erstelle?n?(?: sie)?|lege?n?(?: sie)?)\s+` + theFile + fileName)},
	{Rule: Rule{"prose-edits-abroad", "a file that is to be filled in needs what only the reader knows"},
		kind: verifier.ProseEdit, path: 1,
		match: phrase.Compile(`(?i)` + beginAbroad + `(?:edit(?:a|e|ar|ez)|éditez|modifi(?:ca|que|car|ez|er)|configur(?:a|e|ar|ez)|rellen(?:a|e|ar)|preench(?:a|er)|remplissez|complete[rz]?|complétez|bearbeite?n?(?: sie)?|öffne?n?(?: sie)?|passe?n?(?: sie)?|ajuste|abr[ea]|ouvrez)\s+` + theFile + fileName)},
	{Rule: Rule{"prose-installs-abroad", "\"install X\" with nothing to type asks for the reader's own way"},
		kind:  verifier.ProseInstall,
		match: phrase.Compile(`(?i)(?:` + beginAbroad + `(?:instal(?:a|e|ar)|installez|installer|installiere?n?(?: sie)?|descarg(?:a|ue)|baixe|télécharge[rz])|(?:aseg[uú]r(?:a|e)(?:te|se)|certifique-se|assurez-vous|stelle?n?(?: sie)? sicher|necesit(?:a|as|ar[aá]s)|precisa|vous aurez besoin|du brauchst|sie benötigen)\P{L})[^.;]{0,50}?(?:^|\P{L})(?:` + tools + `)(?:\W|$)`)},
}
