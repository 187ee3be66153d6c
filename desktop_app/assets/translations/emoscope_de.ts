<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
 <context>
  <name>emoscope</name>
  <message>
   <source>1 model</source>
   <translation>1 Modell</translation>
  </message>
  <message>
   <source>1 model, which cannot be used</source>
   <translation>1 Modell, nicht verwendbar</translation>
  </message>
  <message>
   <source>1 recording</source>
   <translation>1 Aufnahme</translation>
  </message>
  <message>
   <source>1 result</source>
   <translation>1 Ergebnis</translation>
  </message>
  <message>
   <source>1 segment, {seconds} s of speech</source>
   <translation>1 Segment, {seconds} s Sprache</translation>
  </message>
  <message>
   <source>1 session</source>
   <translation>1 Sitzung</translation>
  </message>
  <message>
   <source>1 session is deleted for good.</source>
   <translation>1 Sitzung ist endgültig gelöscht.</translation>
  </message>
  <message>
   <source>1 sound was heard ({seconds} s), but no voice.</source>
   <translation>1 Geräusch war zu hören ({seconds} s), aber keine Stimme.</translation>
  </message>
  <message>
   <source>1 sound without a voice left out</source>
   <translation>1 Geräusch ohne Stimme weggelassen</translation>
  </message>
  <message>
   <source>1 to 9</source>
   <translation>1 bis 9</translation>
  </message>
  <message>
   <source>1 utterance</source>
   <translation>1 Äußerung</translation>
  </message>
  <message>
   <source>500 trees on the mean and the deviation over time of 67 features of the first 3 s.</source>
   <translation>500 Bäume auf Mittel und Streuung über die Zeit von 67 Merkmalen der ersten 3 s.</translation>
  </message>
  <message>
   <source>5th</source>
   <translation>Quinte</translation>
  </message>
  <message>
   <source>A file cannot have this name.</source>
   <translation>So kann eine Datei nicht heißen.</translation>
  </message>
  <message>
   <source>A folder with one folder a class</source>
   <translation>Ein Ordner mit einem Ordner je Klasse</translation>
  </message>
  <message>
   <source>A folder with one folder a class, or corrected recordings</source>
   <translation>Ein Ordner mit einem Ordner je Klasse, oder korrigierte Aufnahmen</translation>
  </message>
  <message>
   <source>A model is being trained</source>
   <translation>Ein Modell wird trainiert</translation>
  </message>
  <message>
   <source>A moment; then it begins by itself.</source>
   <translation>Einen Moment, dann beginnt es von selbst.</translation>
  </message>
  <message>
   <source>A name has at most {count} letters.</source>
   <translation>Ein Name hat höchstens {count} Zeichen.</translation>
  </message>
  <message>
   <source>A name is made of letters, digits, blanks and hyphens.</source>
   <translation>Ein Name besteht aus Buchstaben, Ziffern, Leerzeichen und Bindestrichen.</translation>
  </message>
  <message>
   <source>A new voice</source>
   <translation>Eine neue Stimme</translation>
  </message>
  <message>
   <source>A package is not installed.</source>
   <translation>Ein Paket ist nicht installiert.</translation>
  </message>
  <message>
   <source>A perceptron (256, 128) on the mean and the deviation over time of 270 features; its source has the means alone.</source>
   <translation>Ein Perzeptron (256, 128) auf Mittel und Streuung von 270 Merkmalen über die Zeit; seine Quelle hat nur die Mittel.</translation>
  </message>
  <message>
   <source>A plot cannot be saved as '{suffix}'.</source>
   <translation>Ein Diagramm lässt sich nicht als „{suffix}“ speichern.</translation>
  </message>
  <message>
   <source>A recording is played. Choose a microphone above to be heard.</source>
   <translation>Eine Aufnahme wird abgespielt. Oben ein Mikrofon wählen, um gehört zu werden.</translation>
  </message>
  <message>
   <source>A regular expression, searched in each path below the folder; Enter looks</source>
   <translation>Ein regulärer Ausdruck, gesucht in jedem Pfad unterhalb des Ordners; Enter sieht nach</translation>
  </message>
  <message>
   <source>A speaker or a clip stands on both sides of a split.</source>
   <translation>Eine Person oder ein Clip steht auf beiden Seiten einer Aufteilung.</translation>
  </message>
  <message>
   <source>A support vector machine on the mean and the deviation over time of the 67 features of its source, scaled, with calibrated answers.</source>
   <translation>Eine Support-Vektor-Maschine auf Mittel und Streuung der 67 Merkmale ihrer Quelle über die Zeit, skaliert, mit kalibrierten Antworten.</translation>
  </message>
  <message>
   <source>A voice cannot have this name, or another one has it. Choose another name.</source>
   <translation>So kann keine Stimme heißen, oder der Name ist schon vergeben. Wählen Sie einen anderen Namen.</translation>
  </message>
  <message>
   <source>A voice is kept as numbers: how it sounds to the model on average, and how much its answers varied. No sound and no words. It stays on this computer, in</source>
   <translation>Eine Stimme wird als Zahlen gespeichert: wie sie für das Modell im Mittel klingt und wie stark seine Antworten schwankten. Kein Ton, keine Wörter. Sie bleibt auf diesem Rechner, in</translation>
  </message>
  <message>
   <source>A voice needs a name.</source>
   <translation>Eine Stimme braucht einen Namen.</translation>
  </message>
  <message>
   <source>About</source>
   <translation>Über</translation>
  </message>
  <message>
   <source>About Emoscope</source>
   <translation>Über Emoscope</translation>
  </message>
  <message>
   <source>About {time} here</source>
   <translation>Hier etwa {time}</translation>
  </message>
  <message>
   <source>Adapt to the voice</source>
   <translation>An die Stimme anpassen</translation>
  </message>
  <message>
   <source>Adapting is off</source>
   <translation>Anpassung ist aus</translation>
  </message>
  <message>
   <source>Add models</source>
   <translation>Modelle hinzufügen</translation>
  </message>
  <message>
   <source>Add recordings of it by another speaker, or name the other classes: `classes` under `data`.</source>
   <translation>Nehmen Sie Aufnahmen davon von einer weiteren Person hinzu, oder nennen Sie die anderen Klassen: `classes` unter `data`.</translation>
  </message>
  <message>
   <source>Add…</source>
   <translation>Datei…</translation>
  </message>
  <message>
   <source>After epoch {epoch}, on clips kept for choices</source>
   <translation>Nach Epoche {epoch}, an Clips für die Auswahl</translation>
  </message>
  <message>
   <source>After epoch {epoch}, on one speaker kept for choices</source>
   <translation>Nach Epoche {epoch}, an einem Sprecher für die Auswahl</translation>
  </message>
  <message>
   <source>After epoch {epoch}, on {speakers} speakers kept for choices</source>
   <translation>Nach Epoche {epoch}, an {speakers} Sprechern für die Auswahl</translation>
  </message>
  <message>
   <source>All</source>
   <translation>Alle</translation>
  </message>
  <message>
   <source>All analyzed</source>
   <translation>Alle analysiert</translation>
  </message>
  <message>
   <source>All clips are of one speaker, so nothing can be told about a voice that was never heard.</source>
   <translation>Alle Clips stammen von einem Sprecher, daher lässt sich nichts über nie gehörte Stimmen sagen.</translation>
  </message>
  <message>
   <source>All clips that were held out</source>
   <translation>Alle zurückgehaltenen Clips</translation>
  </message>
  <message>
   <source>All of it sounds much alike. Exaggerate the moods a little.</source>
   <translation>Alles klingt recht ähnlich. Übertreiben Sie die Stimmungen ein wenig.</translation>
  </message>
  <message>
   <source>All of it; drag the window to what you want to see</source>
   <translation>Das Ganze; das Fenster auf die Stelle ziehen, die zu sehen sein soll</translation>
  </message>
  <message>
   <source>All of the recording: drag the window to what you want to see</source>
   <translation>Die ganze Aufnahme: das Fenster auf die Stelle ziehen, die zu sehen sein soll</translation>
  </message>
  <message>
   <source>All open recordings</source>
   <translation>Alle offenen Aufnahmen</translation>
  </message>
  <message>
   <source>All recordings</source>
   <translation>Alle Aufnahmen</translation>
  </message>
  <message>
   <source>All speakers, each judged by a model that had not heard them</source>
   <translation>Alle Sprecher, je beurteilt von einem Modell, das sie nicht gehört hatte</translation>
  </message>
  <message>
   <source>All topics were talked about</source>
   <translation>Alle Themen sind besprochen</translation>
  </message>
  <message>
   <source>Allow all of the model's emotions</source>
   <translation>Alle Emotionen des Modells zulassen</translation>
  </message>
  <message>
   <source>Also in {corpus}: {files}.</source>
   <translation>Auch in {corpus}: {files}.</translation>
  </message>
  <message>
   <source>An axis of the graph is fixed, and must be dynamic.</source>
   <translation>Eine Achse des Graphen ist fest und muss dynamisch sein.</translation>
  </message>
  <message>
   <source>An earlier run did not come to its end.</source>
   <translation>Ein früherer Lauf wurde nicht beendet.</translation>
  </message>
  <message>
   <source>An oscilloscope for emotion in the voice.</source>
   <translation>Ein Oszilloskop für Emotionen in der Stimme.</translation>
  </message>
  <message>
   <source>An output of the model has another shape than the format says. Export it again.</source>
   <translation>Ein Ausgang des Modells hat eine andere Form als im Format festgelegt. Exportieren Sie es noch einmal.</translation>
  </message>
  <message>
   <source>Analyze</source>
   <translation>Analysieren</translation>
  </message>
  <message>
   <source>Analyze a recording</source>
   <translation>Eine Aufnahme analysieren</translation>
  </message>
  <message>
   <source>Analyze a recording from start to end (Ctrl+O), or drop one here</source>
   <translation>Eine Aufnahme von Anfang bis Ende analysieren (Ctrl+O), oder hierher ziehen</translation>
  </message>
  <message>
   <source>Analyze all recordings of a folder</source>
   <translation>Alle Aufnahmen eines Ordners analysieren</translation>
  </message>
  <message>
   <source>Analyze all recordings of a folder (Ctrl+Shift+O)</source>
   <translation>Alle Aufnahmen eines Ordners analysieren (Ctrl+Shift+O)</translation>
  </message>
  <message>
   <source>Analyze none of those that still wait</source>
   <translation>Keine der noch wartenden analysieren</translation>
  </message>
  <message>
   <source>Analyze recordings from start to end (Ctrl+O)</source>
   <translation>Aufnahmen von Anfang bis Ende analysieren (Ctrl+O)</translation>
  </message>
  <message>
   <source>Analyze the chosen recording once more</source>
   <translation>Die gewählte Aufnahme noch einmal analysieren</translation>
  </message>
  <message>
   <source>Analyzing</source>
   <translation>Analyse läuft</translation>
  </message>
  <message>
   <source>And {more} more, which 'emoscope-models corpora check' tells.</source>
   <translation>Und {more} weitere, die „emoscope-models corpora check“ nennt.</translation>
  </message>
  <message>
   <source>Announce the best news of the year.</source>
   <translation>Verkünden Sie die beste Nachricht des Jahres.</translation>
  </message>
  <message>
   <source>Another program holds the sessions for too long. Try again once it is done.</source>
   <translation>Ein anderes Programm hält die Sitzungen zu lange fest. Versuchen Sie es danach noch einmal.</translation>
  </message>
  <message>
   <source>Another recording in the same file was not read.</source>
   <translation>Eine weitere Aufnahme in derselben Datei wurde nicht gelesen.</translation>
  </message>
  <message>
   <source>Another recording is joined to this one in the same file and was not read. Analyze them one by one.</source>
   <translation>In derselben Datei hängt eine weitere Aufnahme, die nicht gelesen wurde. Analysieren Sie beide einzeln.</translation>
  </message>
  <message>
   <source>Another source was chosen.</source>
   <translation>Eine andere Quelle wurde gewählt.</translation>
  </message>
  <message>
   <source>Answer</source>
   <translation>Antwort</translation>
  </message>
  <message>
   <source>Answer: {label}</source>
   <translation>Antwort: {label}</translation>
  </message>
  <message>
   <source>Answers by class, in percent</source>
   <translation>Antworten nach Klasse, in Prozent</translation>
  </message>
  <message>
   <source>Any answer</source>
   <translation>Jede Antwort</translation>
  </message>
  <message>
   <source>Any confidence</source>
   <translation>Jede Sicherheit</translation>
  </message>
  <message>
   <source>Any label</source>
   <translation>Jedes Label</translation>
  </message>
  <message>
   <source>Appearance</source>
   <translation>Darstellung</translation>
  </message>
  <message>
   <source>As it was answered</source>
   <translation>Wie geantwortet wurde</translation>
  </message>
  <message>
   <source>As the folder tells it</source>
   <translation>Wie der Ordner es angibt</translation>
  </message>
  <message>
   <source>As the system</source>
   <translation>Wie das System</translation>
  </message>
  <message>
   <source>As usual</source>
   <translation>Wie sonst</translation>
  </message>
  <message>
   <source>Ask the model</source>
   <translation>Modell fragen</translation>
  </message>
  <message>
   <source>At least 60 %</source>
   <translation>Mindestens 60 %</translation>
  </message>
  <message>
   <source>At least 80 %</source>
   <translation>Mindestens 80 %</translation>
  </message>
  <message>
   <source>At least two stay: allow another one first</source>
   <translation>Mindestens zwei bleiben: zuerst eine andere zulassen</translation>
  </message>
  <message>
   <source>At most {time} left</source>
   <translation>Höchstens noch {time}</translation>
  </message>
  <message>
   <source>Audacity labels</source>
   <translation>Audacity-Labels</translation>
  </message>
  <message>
   <source>Automatic</source>
   <translation>Automatisch</translation>
  </message>
  <message>
   <source>Automatic takes the graphics card if it works.</source>
   <translation>„Automatisch“ nimmt die Grafikkarte, wenn sie funktioniert.</translation>
  </message>
  <message>
   <source>Back</source>
   <translation>Zurück</translation>
  </message>
  <message>
   <source>Back to live</source>
   <translation>Zurück zu Live</translation>
  </message>
  <message>
   <source>Back to the list (Esc)</source>
   <translation>Zurück zur Liste (Esc)</translation>
  </message>
  <message>
   <source>Bars and levels jump to their values, four times a second, in place of gliding.</source>
   <translation>Balken und Pegel springen viermal je Sekunde auf ihre Werte, statt zu gleiten.</translation>
  </message>
  <message>
   <source>Began</source>
   <translation>Beginn</translation>
  </message>
  <message>
   <source>Begin to listen, and do not show this again</source>
   <translation>Mit dem Zuhören beginnen und dies nicht mehr zeigen</translation>
  </message>
  <message>
   <source>Begin; it can be paused, and goes on after a crash</source>
   <translation>Beginnen; das Training lässt sich anhalten und geht nach einem Absturz weiter</translation>
  </message>
  <message>
   <source>Begun {date}, broken off</source>
   <translation>Begonnen {date}, unterbrochen</translation>
  </message>
  <message>
   <source>Begun {date}, cancelled</source>
   <translation>Begonnen {date}, abgebrochen</translation>
  </message>
  <message>
   <source>Begun {date}, failed</source>
   <translation>Begonnen {date}, gescheitert</translation>
  </message>
  <message>
   <source>Behind</source>
   <translation>Im Rückstand</translation>
  </message>
  <message>
   <source>Being measured…</source>
   <translation>Wird gemessen…</translation>
  </message>
  <message>
   <source>Below 40 %</source>
   <translation>Unter 40 %</translation>
  </message>
  <message>
   <source>Below 60 %</source>
   <translation>Unter 60 %</translation>
  </message>
  <message>
   <source>Boosted trees of LightGBM on the mean and the deviation over time of the 67 features of their source, which searched and does not tell what it found: here smaller trees, slower, each on a part of the features and clips.</source>
   <translation>Boosting-Bäume von LightGBM auf Mittel und Streuung der 67 Merkmale ihrer Quelle über die Zeit: kleinere Bäume, langsamer, je auf einem Teil der Merkmale und Clips.</translation>
  </message>
  <message>
   <source>Both</source>
   <translation>Beide</translation>
  </message>
  <message>
   <source>Both models judge it, and their answers stand side by side. If you have labelled segments of it, you see which one is right more often.</source>
   <translation>Beide Modelle beurteilen sie, ihre Antworten stehen nebeneinander. Sind Segmente darin korrigiert, zeigt sich, welches öfter recht hat.</translation>
  </message>
  <message>
   <source>Both models over the recording</source>
   <translation>Beide Modelle über die Aufnahme</translation>
  </message>
  <message>
   <source>Break off before their end: {files}.</source>
   <translation>Brechen vor ihrem Ende ab: {files}.</translation>
  </message>
  <message>
   <source>By a pattern of my own…</source>
   <translation>Nach eigenem Muster…</translation>
  </message>
  <message>
   <source>By a pattern: {count} speakers ({names})</source>
   <translation>Nach einem Muster: {count} Sprecher ({names})</translation>
  </message>
  <message>
   <source>By energy</source>
   <translation>Nach Energie</translation>
  </message>
  <message>
   <source>By energy and Silero VAD</source>
   <translation>Nach Energie und Silero VAD</translation>
  </message>
  <message>
   <source>By how long was spoken, and in how many moods, in percent</source>
   <translation>Nach Sprechdauer und Zahl der Stimmungen, in Prozent</translation>
  </message>
  <message>
   <source>By how much the peaks stand out from the valleys in each octave: large for a clear voice, small for noise and breath.</source>
   <translation>Wie weit sich die Spitzen in jeder Oktave von den Tälern abheben: groß bei klarer Stimme, klein bei Rauschen und Atem.</translation>
  </message>
  <message>
   <source>By what each frame is multiplied, so that its ends fade</source>
   <translation>Womit jeder Frame multipliziert wird, damit seine Enden ausklingen</translation>
  </message>
  <message>
   <source>CSV table</source>
   <translation>CSV-Tabelle</translation>
  </message>
  <message>
   <source>Cancel</source>
   <translation>Abbrechen</translation>
  </message>
  <message>
   <source>Cancel all</source>
   <translation>Alle abbrechen</translation>
  </message>
  <message>
   <source>Cancelled</source>
   <translation>Abgebrochen</translation>
  </message>
  <message>
   <source>Cannot be analyzed</source>
   <translation>Nicht analysierbar</translation>
  </message>
  <message>
   <source>Cannot be read, left out: {files}.</source>
   <translation>Nicht lesbar, weggelassen: {files}.</translation>
  </message>
  <message>
   <source>Cannot be read, nothing can be learnt from them: {files}.</source>
   <translation>Nicht lesbar, daraus kann nichts gelernt werden: {files}.</translation>
  </message>
  <message>
   <source>Capture was paused.</source>
   <translation>Die Aufzeichnung war angehalten.</translation>
  </message>
  <message>
   <source>Centroid</source>
   <translation>Schwerpunkt</translation>
  </message>
  <message>
   <source>Change</source>
   <translation>Änderung</translation>
  </message>
  <message>
   <source>Change keys…</source>
   <translation>Tasten ändern…</translation>
  </message>
  <message>
   <source>Channel</source>
   <translation>Kanal</translation>
  </message>
  <message>
   <source>Channels have opposite polarity and cancel each other in a mix. Another one can be chosen under Channel.</source>
   <translation>Die Kanäle sind gegenphasig und löschen sich in der Mischung aus. Unter „Kanal“ lässt sich ein anderer wählen.</translation>
  </message>
  <message>
   <source>Channels have opposite polarity and cancel each other in a mix: channel {heard} is heard. Another one can be chosen under Channel.</source>
   <translation>Die Kanäle sind gegenphasig und löschen sich in der Mischung aus: Gehört wird Kanal {heard}. Unter „Kanal“ lässt sich ein anderer wählen.</translation>
  </message>
  <message>
   <source>Check everything as “emoscope doctor” does, and copy what was found</source>
   <translation>Alles prüfen wie „emoscope doctor“ und das Ergebnis kopieren</translation>
  </message>
  <message>
   <source>Check everything as “emoscope doctor” does, and copy what was found, without personal data</source>
   <translation>Alles prüfen wie „emoscope doctor“ und das Ergebnis kopieren, ohne persönliche Daten</translation>
  </message>
  <message>
   <source>Checking…</source>
   <translation>Prüfung läuft…</translation>
  </message>
  <message>
   <source>Choose a folder of models</source>
   <translation>Ordner für Modelle wählen</translation>
  </message>
  <message>
   <source>Choose a folder…</source>
   <translation>Ordner wählen…</translation>
  </message>
  <message>
   <source>Choose a fusion</source>
   <translation>Fusion wählen</translation>
  </message>
  <message>
   <source>Choose a recording, or drop one here</source>
   <translation>Eine Aufnahme wählen oder hierher ziehen</translation>
  </message>
  <message>
   <source>Choose a text model</source>
   <translation>Textmodell wählen</translation>
  </message>
  <message>
   <source>Choose a text model in the settings, or none.</source>
   <translation>In den Einstellungen lässt sich ein Textmodell wählen, oder keines.</translation>
  </message>
  <message>
   <source>Choose a voice model here, and this one as the text model in the settings.</source>
   <translation>Hier passt nur ein Stimmmodell; dieses lässt sich in den Einstellungen als Textmodell wählen.</translation>
  </message>
  <message>
   <source>Choose an .onnx model file</source>
   <translation>Eine .onnx-Modelldatei wählen</translation>
  </message>
  <message>
   <source>Choose other recordings</source>
   <translation>Andere Aufnahmen wählen</translation>
  </message>
  <message>
   <source>Choose other recordings, or another recipe</source>
   <translation>Andere Aufnahmen oder ein anderes Rezept wählen</translation>
  </message>
  <message>
   <source>Choose two sessions, with Ctrl and a click, to see them side by side</source>
   <translation>Zwei Sitzungen mit Strg und Klick wählen, um sie nebeneinander zu sehen</translation>
  </message>
  <message>
   <source>Choose which of the model's emotions may be answers</source>
   <translation>Wählen, welche Emotionen des Modells Antworten sein dürfen</translation>
  </message>
  <message>
   <source>Choose…</source>
   <translation>Wählen…</translation>
  </message>
  <message>
   <source>Chroma</source>
   <translation>Chroma</translation>
  </message>
  <message>
   <source>Class</source>
   <translation>Klasse</translation>
  </message>
  <message>
   <source>Class folders without a recording, though others of these classes have some: {count}, such as {name}.</source>
   <translation>Klassenordner ohne Aufnahme, obwohl andere dieser Klassen welche haben: {count}, etwa {name}.</translation>
  </message>
  <message>
   <source>Classes</source>
   <translation>Klassen</translation>
  </message>
  <message>
   <source>Clear</source>
   <translation>Leeren</translation>
  </message>
  <message>
   <source>Clear what was heard</source>
   <translation>Gehörtes leeren</translation>
  </message>
  <message>
   <source>Click a title to sort; F2 writes a note, Ctrl+C copies</source>
   <translation>Klick auf einen Titel sortiert; F2 schreibt eine Notiz, Strg+C kopiert</translation>
  </message>
  <message>
   <source>Clips</source>
   <translation>Clips</translation>
  </message>
  <message>
   <source>Clips are parted at random: the figures are of voices that the model knows.</source>
   <translation>Clips werden zufällig aufgeteilt: Die Werte gelten für Stimmen, die das Modell kennt.</translation>
  </message>
  <message>
   <source>Clips, speakers and length of each class</source>
   <translation>Clips, Sprecher und Dauer jeder Klasse</translation>
  </message>
  <message>
   <source>Close</source>
   <translation>Schließen</translation>
  </message>
  <message>
   <source>Close Emoscope; nothing was listened to</source>
   <translation>Emoscope schließen; zugehört wurde nicht</translation>
  </message>
  <message>
   <source>Close the recording that is shown; its file stays where it is</source>
   <translation>Die gezeigte Aufnahme schließen; ihre Datei bleibt, wo sie ist</translation>
  </message>
  <message>
   <source>Close this window (Esc)</source>
   <translation>Dieses Fenster schließen (Esc)</translation>
  </message>
  <message>
   <source>Closest: {emotions}.</source>
   <translation>Am nächsten: {emotions}.</translation>
  </message>
  <message>
   <source>Closest: {emotion}. {said}.</source>
   <translation>Am nächsten: {emotion}. {said}.</translation>
  </message>
  <message>
   <source>Come closer to the microphone, or find a quieter place.</source>
   <translation>Näher ans Mikrofon gehen oder einen ruhigeren Ort suchen.</translation>
  </message>
  <message>
   <source>Come closer to the microphone, or turn its level up.</source>
   <translation>Näher ans Mikrofon gehen oder den Pegel hochregeln.</translation>
  </message>
  <message>
   <source>Compare</source>
   <translation>Vergleichen</translation>
  </message>
  <message>
   <source>Compare them on another recording</source>
   <translation>An einer anderen Aufnahme vergleichen</translation>
  </message>
  <message>
   <source>Compare them on the recording of the demo</source>
   <translation>An der Aufnahme der Demo vergleichen</translation>
  </message>
  <message>
   <source>Compare with</source>
   <translation>Vergleichen mit</translation>
  </message>
  <message>
   <source>Compare with another model, or stop comparing</source>
   <translation>Mit anderem Modell vergleichen oder Vergleich beenden</translation>
  </message>
  <message>
   <source>Compare with another model…</source>
   <translation>Mit anderem Modell vergleichen…</translation>
  </message>
  <message>
   <source>Compare with…</source>
   <translation>Vergleichen…</translation>
  </message>
  <message>
   <source>Complain about something that annoys you, as loudly as you like.</source>
   <translation>Beschweren Sie sich über etwas, das Sie ärgert, so laut Sie mögen.</translation>
  </message>
  <message>
   <source>Compute this view once more</source>
   <translation>Diese Ansicht noch einmal berechnen</translation>
  </message>
  <message>
   <source>Computing…</source>
   <translation>Berechnung läuft…</translation>
  </message>
  <message>
   <source>Conf.</source>
   <translation>Sich.</translation>
  </message>
  <message>
   <source>Confidence</source>
   <translation>Sicherheit</translation>
  </message>
  <message>
   <source>Confusion matrix</source>
   <translation>Konfusionsmatrix</translation>
  </message>
  <message>
   <source>Contrast</source>
   <translation>Kontrast</translation>
  </message>
  <message>
   <source>Convolutions and a transformer with relative positions on a log-mel spectrogram of 5 s.</source>
   <translation>Faltungen und ein Transformer mit relativen Positionen auf einem Log-Mel-Spektrogramm von 5 s.</translation>
  </message>
  <message>
   <source>Convolutions with squeeze and excitation, a GRU and a transformer on 175 rows of features.</source>
   <translation>Faltungen mit Squeeze-and-Excitation, eine GRU und ein Transformer auf 175 Merkmalszeilen.</translation>
  </message>
  <message>
   <source>Copied</source>
   <translation>Kopiert</translation>
  </message>
  <message>
   <source>Copy</source>
   <translation>Kopieren</translation>
  </message>
  <message>
   <source>Copy diagnostics</source>
   <translation>Diagnose kopieren</translation>
  </message>
  <message>
   <source>Copy it to another place</source>
   <translation>An einen anderen Ort kopieren</translation>
  </message>
  <message>
   <source>Copy the line</source>
   <translation>Zeile kopieren</translation>
  </message>
  <message>
   <source>Copy the line, to paste it into a terminal</source>
   <translation>Die Zeile kopieren, um sie in ein Terminal einzufügen</translation>
  </message>
  <message>
   <source>Corpora that are here</source>
   <translation>Vorhandene Korpora</translation>
  </message>
  <message>
   <source>Corpora that are here (EMOSCOPE_CORPORA)</source>
   <translation>Vorhandene Korpora (EMOSCOPE_CORPORA)</translation>
  </message>
  <message>
   <source>Correct</source>
   <translation>Korrigieren</translation>
  </message>
  <message>
   <source>Correct the label of a segment</source>
   <translation>Label eines Segments korrigieren</translation>
  </message>
  <message>
   <source>Corrected</source>
   <translation>Korrigiert</translation>
  </message>
  <message>
   <source>Corrected by you</source>
   <translation>Von Ihnen korrigiert</translation>
  </message>
  <message>
   <source>Cross</source>
   <translation>Verärgert</translation>
  </message>
  <message>
   <source>Current emotion</source>
   <translation>Aktuelle Emotion</translation>
  </message>
  <message>
   <source>Curves</source>
   <translation>Kurven</translation>
  </message>
  <message>
   <source>Dark</source>
   <translation>Dunkel</translation>
  </message>
  <message>
   <source>Days without a graphics card</source>
   <translation>Tage ohne Grafikkarte</translation>
  </message>
  <message>
   <source>Delete</source>
   <translation>Löschen</translation>
  </message>
  <message>
   <source>Delete it from the disk (Del)</source>
   <translation>Von der Festplatte löschen (Entf)</translation>
  </message>
  <message>
   <source>Delete this session</source>
   <translation>Diese Sitzung löschen</translation>
  </message>
  <message>
   <source>Delete those that are chosen (Del)</source>
   <translation>Die gewählten löschen (Entf)</translation>
  </message>
  <message>
   <source>Delete what is chosen</source>
   <translation>Gewähltes löschen</translation>
  </message>
  <message>
   <source>Delete what was learnt so far</source>
   <translation>Das bisher Gelernte löschen</translation>
  </message>
  <message>
   <source>Delete what {name} has learnt so far? That cannot be undone.</source>
   <translation>Löschen, was {name} bisher gelernt hat? Das lässt sich nicht rückgängig machen.</translation>
  </message>
  <message>
   <source>Demo recording</source>
   <translation>Demo-Aufnahme</translation>
  </message>
  <message>
   <source>Discard</source>
   <translation>Verwerfen</translation>
  </message>
  <message>
   <source>Discard a training</source>
   <translation>Ein Training verwerfen</translation>
  </message>
  <message>
   <source>Discard {name}</source>
   <translation>{name} verwerfen</translation>
  </message>
  <message>
   <source>Dishes, doors and dogs are no speech then. By energy alone they may be.</source>
   <translation>Geschirr, Türen und Hunde gelten dann nicht als Sprache. Nach Energie allein können sie es.</translation>
  </message>
  <message>
   <source>Dismiss</source>
   <translation>Ausblenden</translation>
  </message>
  <message>
   <source>Dismiss this message</source>
   <translation>Diese Meldung ausblenden</translation>
  </message>
  <message>
   <source>Do not analyze the chosen recording any further</source>
   <translation>Die gewählte Aufnahme nicht weiter analysieren</translation>
  </message>
  <message>
   <source>Do not ask the model any further</source>
   <translation>Das Modell nicht weiter fragen</translation>
  </message>
  <message>
   <source>Do not compare any further</source>
   <translation>Nicht weiter vergleichen</translation>
  </message>
  <message>
   <source>Done</source>
   <translation>Erledigt</translation>
  </message>
  <message>
   <source>Doubt</source>
   <translation>Zweifel</translation>
  </message>
  <message>
   <source>Drawn by Emoscope</source>
   <translation>Gezeichnet von Emoscope</translation>
  </message>
  <message>
   <source>Drop a file</source>
   <translation>Datei ablegen</translation>
  </message>
  <message>
   <source>Drop a folder here</source>
   <translation>Ordner hier ablegen</translation>
  </message>
  <message>
   <source>Drop a model file here to add it, or a Hugging Face folder to make one of it.</source>
   <translation>Eine Modelldatei hier ablegen, um sie hinzuzufügen, oder einen Hugging-Face-Ordner, um daraus eine zu machen.</translation>
  </message>
  <message>
   <source>Drop audio files or folders here. Nothing leaves this computer.</source>
   <translation>Audiodateien oder Ordner hier ablegen. Nichts verlässt diesen Rechner.</translation>
  </message>
  <message>
   <source>Drop to analyze {name}</source>
   <translation>Ablegen, um {name} zu analysieren</translation>
  </message>
  <message>
   <source>Drop to compare both on {name}</source>
   <translation>Ablegen, um beide an {name} zu vergleichen</translation>
  </message>
  <message>
   <source>Drop to keep this model</source>
   <translation>Ablegen, um dieses Modell zu speichern</translation>
  </message>
  <message>
   <source>Drop to keep this voice</source>
   <translation>Ablegen, um diese Stimme zu speichern</translation>
  </message>
  <message>
   <source>Drop to keep {count} models</source>
   <translation>Ablegen, um {count} Modelle zu speichern</translation>
  </message>
  <message>
   <source>Drop to keep {count} voices</source>
   <translation>Ablegen, um {count} Stimmen zu speichern</translation>
  </message>
  <message>
   <source>Drop to learn from these folders</source>
   <translation>Ablegen, um aus diesen Ordnern zu lernen</translation>
  </message>
  <message>
   <source>Drop to learn from this folder</source>
   <translation>Ablegen, um aus diesem Ordner zu lernen</translation>
  </message>
  <message>
   <source>Drop to make a model file of this Hugging Face folder</source>
   <translation>Ablegen, um aus diesem Hugging-Face-Ordner eine Modelldatei zu machen</translation>
  </message>
  <message>
   <source>Drop to use the voice of {name}</source>
   <translation>Ablegen, um die Stimme von {name} zu verwenden</translation>
  </message>
  <message>
   <source>Drop to use {name}</source>
   <translation>Ablegen, um {name} zu verwenden</translation>
  </message>
  <message>
   <source>ECE of corpora left out {value}</source>
   <translation>ECE ausgelassener Korpora {value}</translation>
  </message>
  <message>
   <source>Each of them is read once</source>
   <translation>Jede wird einmal gelesen</translation>
  </message>
  <message>
   <source>Each segment as both models answer it. Lines join those that differ; a click chooses one.</source>
   <translation>Jedes Segment, wie beide Modelle es beantworten. Linien verbinden verschiedene Antworten; ein Klick wählt ein Segment.</translation>
  </message>
  <message>
   <source>Each segment with both answers, and your label where you gave one</source>
   <translation>Jedes Segment mit beiden Antworten und dem eigenen Label, wo es eins gibt</translation>
  </message>
  <message>
   <source>Each stretch of speech, in a table</source>
   <translation>Jeder Abschnitt mit Sprache, als Tabelle</translation>
  </message>
  <message>
   <source>Each utterance with the probabilities of its emotions; a click chooses one</source>
   <translation>Jede Äußerung mit den Wahrscheinlichkeiten ihrer Emotionen; ein Klick wählt eine</translation>
  </message>
  <message>
   <source>Each word must be found in a session: anna sad 2026-11</source>
   <translation>Jedes Wort muss in einer Sitzung vorkommen: anna sad 2026-11</translation>
  </message>
  <message>
   <source>Elsewhere on the disk</source>
   <translation>Anderswo auf dem Datenträger</translation>
  </message>
  <message>
   <source>Emoscope crashed when it ran last. What it kept of the session is under Sessions.</source>
   <translation>Emoscope ist beim letzten Mal abgestürzt. Was von der Sitzung behalten wurde, steht unter „Sitzungen“.</translation>
  </message>
  <message>
   <source>Emoscope guesses from the voice alone, trained on actors. It hears how something is said, not what a person feels, and it is often wrong. Do not judge anybody by it.</source>
   <translation>Emoscope schätzt allein nach der Stimme und wurde mit Aufnahmen von Schauspielern trainiert. Es hört, wie etwas gesagt wird, nicht, was jemand fühlt, und irrt sich oft. Beurteilen Sie niemanden danach.</translation>
  </message>
  <message>
   <source>Emoscope listens to a microphone or reads recordings, finds speech, and shows how likely each emotion is, while somebody is still speaking.</source>
   <translation>Emoscope hört auf ein Mikrofon oder liest Aufnahmen, findet Sprache und zeigt noch während jemand spricht, wie wahrscheinlich jede Emotion ist.</translation>
  </message>
  <message>
   <source>Emoscope: help</source>
   <translation>Emoscope: Hilfe</translation>
  </message>
  <message>
   <source>Emotion</source>
   <translation>Emotion</translation>
  </message>
  <message>
   <source>Emotions</source>
   <translation>Emotionen</translation>
  </message>
  <message>
   <source>Emotions of the model</source>
   <translation>Emotionen des Modells</translation>
  </message>
  <message>
   <source>Emotions…</source>
   <translation>Emotionen…</translation>
  </message>
  <message>
   <source>Empty the field</source>
   <translation>Das Feld leeren</translation>
  </message>
  <message>
   <source>Empty the live page; what is known of the voice stays</source>
   <translation>Die Live-Seite leeren; was von der Stimme bekannt ist, bleibt</translation>
  </message>
  <message>
   <source>Empty, left out: {files}.</source>
   <translation>Leer, weggelassen: {files}.</translation>
  </message>
  <message>
   <source>End</source>
   <translation>Ende</translation>
  </message>
  <message>
   <source>End it; nothing is kept of it</source>
   <translation>Beenden; nichts davon wird gespeichert</translation>
  </message>
  <message>
   <source>End it; what was learnt so far is kept</source>
   <translation>Beenden; das bisher Gelernte bleibt</translation>
  </message>
  <message>
   <source>Energy</source>
   <translation>Energie</translation>
  </message>
  <message>
   <source>Energy (Parseval)</source>
   <translation>Energie (Parseval)</translation>
  </message>
  <message>
   <source>Enter</source>
   <translation>Enter</translation>
  </message>
  <message>
   <source>Enter opens one; choose two, with Ctrl and a click, to compare them</source>
   <translation>Enter öffnet eine; zwei mit Strg und Klick wählen, um sie zu vergleichen</translation>
  </message>
  <message>
   <source>Enter opens the chosen one, F2 renames it, Del deletes those that are chosen</source>
   <translation>Enter öffnet die gewählte, F2 benennt sie um, Entf löscht die gewählten</translation>
  </message>
  <message>
   <source>Enter or a double click plays an utterance, where sound was kept</source>
   <translation>Enter oder Doppelklick spielt eine Äußerung ab, sofern der Ton gespeichert wurde</translation>
  </message>
  <message>
   <source>Enter or a double click shows a recording; Delete removes it from the list</source>
   <translation>Enter oder Doppelklick zeigt eine Aufnahme; Entf entfernt sie aus der Liste</translation>
  </message>
  <message>
   <source>Enter or a double click uses a model, Del deletes it</source>
   <translation>Enter oder Doppelklick verwendet ein Modell, Entf löscht es</translation>
  </message>
  <message>
   <source>Enter plays a row, digits label it, N writes a note</source>
   <translation>Enter spielt eine Zeile ab, Ziffern vergeben Labels, N schreibt eine Notiz</translation>
  </message>
  <message>
   <source>Enter shows a recording, Delete removes it from the list</source>
   <translation>Enter zeigt eine Aufnahme, Entf entfernt sie aus der Liste</translation>
  </message>
  <message>
   <source>Enter uses the chosen one, Del deletes it</source>
   <translation>Enter verwendet das gewählte, Entf löscht es</translation>
  </message>
  <message>
   <source>Enter uses the chosen one, F2 renames it, Del deletes it</source>
   <translation>Enter verwendet die gewählte, F2 benennt sie um, Entf löscht sie</translation>
  </message>
  <message>
   <source>Epoch {epoch}</source>
   <translation>Epoche {epoch}</translation>
  </message>
  <message>
   <source>Epoch {number} of at most {most}</source>
   <translation>Epoche {number} von höchstens {most}</translation>
  </message>
  <message>
   <source>Epoch {number}: loss {val_loss:.2f}, UAR {uar:.0f} percent</source>
   <translation>Epoche {number}: Verlust {val_loss:.2f}, UAR {uar:.0f} Prozent</translation>
  </message>
  <message>
   <source>Events of this session could not be kept: {events}.</source>
   <translation>Ereignisse dieser Sitzung konnten nicht gespeichert werden: {events}.</translation>
  </message>
  <message>
   <source>Every key and what it does, to be searched</source>
   <translation>Jede Taste und was sie tut, zum Durchsuchen</translation>
  </message>
  <message>
   <source>Every setting is reset.</source>
   <translation>Alle Einstellungen sind zurückgesetzt.</translation>
  </message>
  <message>
   <source>Every voice is judged as an unknown one: adapting to it is switched off in the menu</source>
   <translation>Jede Stimme gilt als unbekannt: das Anpassen ist im Menü ausgeschaltet</translation>
  </message>
  <message>
   <source>Every voice is judged as an unknown one: this model cannot learn voices</source>
   <translation>Jede Stimme gilt als unbekannt: dieses Modell kann keine Stimmen lernen</translation>
  </message>
  <message>
   <source>Everybody is judged as a stranger.</source>
   <translation>Alle werden wie Fremde beurteilt.</translation>
  </message>
  <message>
   <source>Everybody is judged as a stranger. The shipped model learns voices.</source>
   <translation>Alle werden wie Fremde beurteilt. Das mitgelieferte Modell lernt Stimmen.</translation>
  </message>
  <message>
   <source>Everything else (F10)</source>
   <translation>Alles Weitere (F10)</translation>
  </message>
  <message>
   <source>Everything that you can choose, and the keys</source>
   <translation>Alles, was sich einstellen lässt, und die Tasten</translation>
  </message>
  <message>
   <source>Excited</source>
   <translation>Begeistert</translation>
  </message>
  <message>
   <source>Export</source>
   <translation>Exportieren</translation>
  </message>
  <message>
   <source>Export a Hugging Face folder</source>
   <translation>Hugging-Face-Ordner exportieren</translation>
  </message>
  <message>
   <source>Export plot…</source>
   <translation>Diagramm exportieren…</translation>
  </message>
  <message>
   <source>Export settings</source>
   <translation>Einstellungen exportieren</translation>
  </message>
  <message>
   <source>Export the plot</source>
   <translation>Diagramm exportieren</translation>
  </message>
  <message>
   <source>Export the result</source>
   <translation>Ergebnis exportieren</translation>
  </message>
  <message>
   <source>Export the result…</source>
   <translation>Ergebnis exportieren…</translation>
  </message>
  <message>
   <source>Export the session</source>
   <translation>Sitzung exportieren</translation>
  </message>
  <message>
   <source>Export the sessions into a folder</source>
   <translation>Sitzungen in einen Ordner exportieren</translation>
  </message>
  <message>
   <source>Export the view</source>
   <translation>Ansicht exportieren</translation>
  </message>
  <message>
   <source>Export the voice</source>
   <translation>Stimme exportieren</translation>
  </message>
  <message>
   <source>Exporting {name}</source>
   <translation>{name} wird exportiert</translation>
  </message>
  <message>
   <source>Exporting {name}: {step}</source>
   <translation>{name} wird exportiert: {step}</translation>
  </message>
  <message>
   <source>Export…</source>
   <translation>Export…</translation>
  </message>
  <message>
   <source>FFT of all</source>
   <translation>FFT des Ganzen</translation>
  </message>
  <message>
   <source>Feature over time</source>
   <translation>Merkmal über die Zeit</translation>
  </message>
  <message>
   <source>Few clips are '{label}': {count}. It will hardly be told apart.</source>
   <translation>Nur wenige Clips sind „{label}“: {count}. Die Klasse wird sich kaum unterscheiden lassen.</translation>
  </message>
  <message>
   <source>Few clips: it will hardly be told apart</source>
   <translation>Wenige Clips: die Klasse wird sich kaum unterscheiden lassen</translation>
  </message>
  <message>
   <source>File</source>
   <translation>Datei</translation>
  </message>
  <message>
   <source>Filter</source>
   <translation>Filter</translation>
  </message>
  <message>
   <source>Filter the segments</source>
   <translation>Segmente filtern</translation>
  </message>
  <message>
   <source>Finding speech</source>
   <translation>Sprache finden</translation>
  </message>
  <message>
   <source>Finished</source>
   <translation>Beendet</translation>
  </message>
  <message>
   <source>First model</source>
   <translation>Erstes Modell</translation>
  </message>
  <message>
   <source>First steps…</source>
   <translation>Erste Schritte…</translation>
  </message>
  <message>
   <source>Fit {number} of {of}, {name}</source>
   <translation>Durchgang {number} von {of}, {name}</translation>
  </message>
  <message>
   <source>Fit {number} of {of}: some clips are kept out, to judge it by</source>
   <translation>Durchgang {number} von {of}: Einige Clips werden zur Beurteilung zurückgehalten</translation>
  </message>
  <message>
   <source>Fit {number} of {of}: some speakers are kept out, to judge it by</source>
   <translation>Durchgang {number} von {of}: Einige Sprecher werden zur Beurteilung zurückgehalten</translation>
  </message>
  <message>
   <source>Five convolutions over time on MFCC, zero crossings and RMS. Its source fits it for less than ten epochs of random clips; strangers need longer with masked and mixed features, softened labels and a rate that falls.</source>
   <translation>Fünf Faltungen über die Zeit auf MFCC, Nulldurchgängen und RMS. Die Quelle trainiert weniger als zehn Epochen; für Fremde braucht es länger, mit verdeckten und gemischten Merkmalen, weichen Zielen und fallender Lernrate.</translation>
  </message>
  <message>
   <source>Folder</source>
   <translation>Ordner</translation>
  </message>
  <message>
   <source>Folder above the class: {count} speakers ({names})</source>
   <translation>Ordner über der Klasse: {count} Sprecher ({names})</translation>
  </message>
  <message>
   <source>Folder inside the class: {count} speakers ({names})</source>
   <translation>Ordner in der Klasse: {count} Sprecher ({names})</translation>
  </message>
  <message>
   <source>Folder of models</source>
   <translation>Modellordner</translation>
  </message>
  <message>
   <source>Folder…</source>
   <translation>Ordner…</translation>
  </message>
  <message>
   <source>Follows the room</source>
   <translation>Folgt dem Raum</translation>
  </message>
  <message>
   <source>For example ([a-z]+)-\d+: its first group is the speaker</source>
   <translation>Zum Beispiel ([a-z]+)-\d+: die erste Gruppe ist der Sprecher</translation>
  </message>
  <message>
   <source>For good in a minute, or when the window closes.</source>
   <translation>Endgültig in einer Minute oder beim Schließen des Fensters.</translation>
  </message>
  <message>
   <source>Forget what was said and go back (Esc)</source>
   <translation>Das Gesagte vergessen und zurückgehen (Esc)</translation>
  </message>
  <message>
   <source>Formant</source>
   <translation>Formant</translation>
  </message>
  <message>
   <source>Formants (LPC)</source>
   <translation>Formanten (LPC)</translation>
  </message>
  <message>
   <source>Format</source>
   <translation>Format</translation>
  </message>
  <message>
   <source>Four convolution blocks, a bidirectional GRU and self-attention on a log-mel spectrogram.</source>
   <translation>Vier Faltungsblöcke, eine bidirektionale GRU und Self-Attention auf einem Log-Mel-Spektrogramm.</translation>
  </message>
  <message>
   <source>Frames (frequency)</source>
   <translation>Frames (Frequenz)</translation>
  </message>
  <message>
   <source>Frames (time)</source>
   <translation>Frames (Zeit)</translation>
  </message>
  <message>
   <source>Freeze</source>
   <translation>Einfrieren</translation>
  </message>
  <message>
   <source>Frequency</source>
   <translation>Frequenz</translation>
  </message>
  <message>
   <source>From the arrival of the last sample to the result on screen's way</source>
   <translation>Vom Eintreffen des letzten Samples bis zum Ergebnis auf dem Weg zum Bildschirm</translation>
  </message>
  <message>
   <source>From the arrival of the last sample to the result; inference {time} of it</source>
   <translation>Vom Eintreffen des letzten Samples bis zum Ergebnis; davon {time} Inferenz</translation>
  </message>
  <message>
   <source>From the frames</source>
   <translation>Aus den Frames</translation>
  </message>
  <message>
   <source>From {low} to {high} {unit}</source>
   <translation>Von {low} bis {high} {unit}</translation>
  </message>
  <message>
   <source>Frozen: {stretch}</source>
   <translation>Eingefroren: {stretch}</translation>
  </message>
  <message>
   <source>Further figures</source>
   <translation>Weitere Werte</translation>
  </message>
  <message>
   <source>Fusions (*.fusion.json);;All files (*)</source>
   <translation>Fusionen (*.fusion.json);;Alle Dateien (*)</translation>
  </message>
  <message>
   <source>Git LFS pointers without the sound, which 'git lfs pull' fetches: {files}.</source>
   <translation>Git-LFS-Zeiger ohne den Ton, den „git lfs pull“ holt: {files}.</translation>
  </message>
  <message>
   <source>Give it a name (F2)</source>
   <translation>Einen Namen geben (F2)</translation>
  </message>
  <message>
   <source>Give it another name (F2)</source>
   <translation>Einen anderen Namen geben (F2)</translation>
  </message>
  <message>
   <source>Give this session a name</source>
   <translation>Dieser Sitzung einen Namen geben</translation>
  </message>
  <message>
   <source>Glad</source>
   <translation>Erfreut</translation>
  </message>
  <message>
   <source>Go on</source>
   <translation>Fortsetzen</translation>
  </message>
  <message>
   <source>Go on if you like, or give the voice a name and keep it.</source>
   <translation>Gern weitersprechen, oder der Stimme einen Namen geben und sie speichern.</translation>
  </message>
  <message>
   <source>Go on to the next topic</source>
   <translation>Weiter zum nächsten Thema</translation>
  </message>
  <message>
   <source>Go on where it was</source>
   <translation>Fortsetzen, wo es war</translation>
  </message>
  <message>
   <source>Go on with it where it was</source>
   <translation>Fortsetzen, wo es war</translation>
  </message>
  <message>
   <source>Go on with {name}</source>
   <translation>Mit {name} fortfahren</translation>
  </message>
  <message>
   <source>Graphics card (CUDA)</source>
   <translation>Grafikkarte (CUDA)</translation>
  </message>
  <message>
   <source>Groups</source>
   <translation>Gruppen</translation>
  </message>
  <message>
   <source>Guessing gives {uar} %.</source>
   <translation>Raten ergibt {uar} %.</translation>
  </message>
  <message>
   <source>HTML report</source>
   <translation>HTML-Bericht</translation>
  </message>
  <message>
   <source>Heading</source>
   <translation>Überschrift</translation>
  </message>
  <message>
   <source>Hearing speech</source>
   <translation>Sprache zu hören</translation>
  </message>
  <message>
   <source>Help</source>
   <translation>Hilfe</translation>
  </message>
  <message>
   <source>Here are {count} of the {published} published clips.</source>
   <translation>Vorhanden sind {count} der {published} veröffentlichten Clips.</translation>
  </message>
  <message>
   <source>How</source>
   <translation>Wie</translation>
  </message>
  <message>
   <source>How far it is, where that is known</source>
   <translation>Wie weit es ist, soweit bekannt</translation>
  </message>
  <message>
   <source>How far the voice counts</source>
   <translation>Gewicht der Stimme</translation>
  </message>
  <message>
   <source>How fast it is played; the pitch stays</source>
   <translation>Wie schnell abgespielt wird; die Tonhöhe bleibt</translation>
  </message>
  <message>
   <source>How fast the vocal folds vibrate, where there is a voice, and below how likely there is one. Its frames are its own: three periods of the lowest voice, each 10 ms.</source>
   <translation>Wie schnell die Stimmlippen schwingen, wo eine Stimme ist, und darunter, wie wahrscheinlich eine da ist. Die Fenster sind eigene: drei Perioden der tiefsten Stimme, alle 10 ms.</translation>
  </message>
  <message>
   <source>How it sounded</source>
   <translation>Wie es klang</translation>
  </message>
  <message>
   <source>How it sounds</source>
   <translation>Wie es klingt</translation>
  </message>
  <message>
   <source>How it sounds, at {at}</source>
   <translation>Wie es klingt, bei {at}</translation>
  </message>
  <message>
   <source>How it sounds, overall</source>
   <translation>Wie es klingt, insgesamt</translation>
  </message>
  <message>
   <source>How it sounds, {start} to {end}</source>
   <translation>Wie es klingt, {start} bis {end}</translation>
  </message>
  <message>
   <source>How likely</source>
   <translation>Wahrscheinlichkeiten</translation>
  </message>
  <message>
   <source>How likely each emotion is by the voice alone, by the words alone, and by both. A dash is an emotion that the text model does not know.</source>
   <translation>Wie wahrscheinlich jede Emotion ist: nach der Stimme allein, nach den Worten allein und nach beiden. Ein Strich ist eine Emotion, die das Textmodell nicht kennt.</translation>
  </message>
  <message>
   <source>How likely each emotion is, by the voice alone</source>
   <translation>Wie wahrscheinlich jede Emotion ist, allein nach der Stimme</translation>
  </message>
  <message>
   <source>How likely, at {at}</source>
   <translation>Wahrscheinlichkeiten bei {at}</translation>
  </message>
  <message>
   <source>How likely, overall</source>
   <translation>Wahrscheinlichkeiten insgesamt</translation>
  </message>
  <message>
   <source>How likely, {start} to {end}</source>
   <translation>Von {start} bis {end}</translation>
  </message>
  <message>
   <source>How long it takes is known after the first fit</source>
   <translation>Wie lange es dauert, steht nach dem ersten Durchgang fest</translation>
  </message>
  <message>
   <source>How long it takes was not measured</source>
   <translation>Dauer nicht gemessen</translation>
  </message>
  <message>
   <source>How long the voice had been heard by then</source>
   <translation>Wie lange die Stimme bis dahin zu hören war</translation>
  </message>
  <message>
   <source>How loud recordings are played</source>
   <translation>Wie laut Aufnahmen abgespielt werden</translation>
  </message>
  <message>
   <source>How much is done</source>
   <translation>Wie viel geschafft ist</translation>
  </message>
  <message>
   <source>How much of the recording both models have judged</source>
   <translation>Wie viel der Aufnahme beide Modelle beurteilt haben</translation>
  </message>
  <message>
   <source>How much speech is known of the voice heard live, and how far it counts in place of the model's average voice: little while it was heard in one mood only</source>
   <translation>Wie viel Sprache von der live gehörten Stimme bekannt ist und wie weit sie anstelle der mittleren Stimme des Modells zählt: wenig, solange sie nur in einer Stimmung zu hören war</translation>
  </message>
  <message>
   <source>How much speech was known of the voice before this segment, and how far it counted in place of the model's average voice: little while it was heard in one mood only</source>
   <translation>Wie viel Sprache vor diesem Segment von der Stimme bekannt war und wie weit sie anstelle der mittleren Stimme des Modells zählte: wenig, solange sie nur in einer Stimmung zu hören war</translation>
  </message>
  <message>
   <source>How much was learnt</source>
   <translation>Wie viel gelernt wurde</translation>
  </message>
  <message>
   <source>How strong each frequency is over the whole stretch: the grey line is one FFT of all of it, the coloured one the mean of short frames, whose wider bins hold more power. 0 dB is a sine at full scale.</source>
   <translation>Wie stark jede Frequenz im ganzen Abschnitt ist: Die graue Linie ist eine FFT über alles, die farbige das Mittel kurzer Fenster, deren breitere Bänder mehr Leistung fassen. 0 dB ist ein Sinus bei Vollausschlag.</translation>
  </message>
  <message>
   <source>How strong each of the twelve tones is, all octaves together. Speech glides, so that it fills several rows.</source>
   <translation>Wie stark jeder der zwölf Töne ist, alle Oktaven zusammen. Sprache gleitet und füllt daher mehrere Zeilen.</translation>
  </message>
  <message>
   <source>How the speakers are told apart</source>
   <translation>Wie die Sprecher unterschieden werden</translation>
  </message>
  <message>
   <source>How you are heard</source>
   <translation>Wie die Stimme zu hören ist</translation>
  </message>
  <message>
   <source>Hugging Face…</source>
   <translation>Hugging Face…</translation>
  </message>
  <message>
   <source>I do not know: judge it on voices that it knows</source>
   <translation>Unbekannt: an Stimmen beurteilen, die es kennt</translation>
  </message>
  <message>
   <source>I have understood</source>
   <translation>Verstanden</translation>
  </message>
  <message>
   <source>If you close the window, it stops. It can go on later from where it is.</source>
   <translation>Beim Schließen des Fensters endet das Training. Später lässt es sich an dieser Stelle fortsetzen.</translation>
  </message>
  <message>
   <source>Import settings</source>
   <translation>Einstellungen importieren</translation>
  </message>
  <message>
   <source>Import voices</source>
   <translation>Stimmen importieren</translation>
  </message>
  <message>
   <source>Import…</source>
   <translation>Import…</translation>
  </message>
  <message>
   <source>Impulse response</source>
   <translation>Impulsantwort</translation>
  </message>
  <message>
   <source>In English: {details}</source>
   <translation>Einzelheiten auf Englisch: {details}</translation>
  </message>
  <message>
   <source>In brief</source>
   <translation>In Kürze</translation>
  </message>
  <message>
   <source>In it, one folder for each class, called as the emotion is (angry, happy, sad …), with recordings inside. Recordings that you have corrected in Emoscope are taken as they lie: each stretch with a label is a clip.</source>
   <translation>Darin je Klasse ein Ordner, benannt wie die Emotion (angry, happy, sad …), mit Aufnahmen. Aufnahmen, die in Emoscope korrigiert wurden, gelten, wie sie liegen: jeder Abschnitt mit Label ist ein Clip.</translation>
  </message>
  <message>
   <source>In labels and notes</source>
   <translation>In Labels und Notizen</translation>
  </message>
  <message>
   <source>In place of the model's average voice, in percent</source>
   <translation>Anstelle der mittleren Stimme des Modells, in Prozent</translation>
  </message>
  <message>
   <source>In the European Union it is prohibited to infer the emotions of people at work or in education, except for medical or safety reasons (AI Act, Regulation (EU) 2024/1689, Article 5(1)(f)).</source>
   <translation>In der Europäischen Union ist es verboten, die Emotionen von Menschen am Arbeitsplatz oder in Bildungseinrichtungen abzuleiten, außer aus medizinischen Gründen oder Sicherheitsgründen (KI-Verordnung (EU) 2024/1689, Artikel 5 Absatz 1 Buchstabe f).</translation>
  </message>
  <message>
   <source>In use</source>
   <translation>Aktiv</translation>
  </message>
  <message>
   <source>In use: by energy and Silero VAD.</source>
   <translation>In Verwendung: nach Energie und Silero VAD.</translation>
  </message>
  <message>
   <source>In use: by energy.</source>
   <translation>In Verwendung: nach Energie.</translation>
  </message>
  <message>
   <source>In use: the graphics card ({provider}).</source>
   <translation>In Verwendung: die Grafikkarte ({provider}).</translation>
  </message>
  <message>
   <source>In use: the processor ({provider}).</source>
   <translation>In Verwendung: der Prozessor ({provider}).</translation>
  </message>
  <message>
   <source>Inference</source>
   <translation>Inferenz</translation>
  </message>
  <message>
   <source>Input</source>
   <translation>Eingang</translation>
  </message>
  <message>
   <source>It came with the program and is not deleted</source>
   <translation>Es gehört zum Programm und wird nicht gelöscht</translation>
  </message>
  <message>
   <source>It comes with the first answers</source>
   <translation>Sie kommt mit den ersten Antworten</translation>
  </message>
  <message>
   <source>It could not be trained</source>
   <translation>Das Training ist gescheitert</translation>
  </message>
  <message>
   <source>It counts {percent} % in place of the model's average voice.</source>
   <translation>Sie zählt zu {percent} % anstelle der mittleren Stimme des Modells.</translation>
  </message>
  <message>
   <source>It counts {percent} % so far: little, until it was heard for longer and in several moods.</source>
   <translation>Sie zählt bisher zu {percent} %: wenig, bis sie länger und in mehreren Stimmungen zu hören war.</translation>
  </message>
  <message>
   <source>It ended without a word.</source>
   <translation>Der Prozess endete ohne ein Wort.</translation>
  </message>
  <message>
   <source>It is in use: use another one first</source>
   <translation>Es ist in Verwendung: zuerst ein anderes verwenden</translation>
  </message>
  <message>
   <source>It is {folder}.</source>
   <translation>Er liegt in {folder}.</translation>
  </message>
  <message>
   <source>It pauses after this batch</source>
   <translation>Pause nach diesem Stapel</translation>
  </message>
  <message>
   <source>It places a voice between low and high: {names}.</source>
   <translation>Es ordnet eine Stimme zwischen niedrig und hoch ein: {names}.</translation>
  </message>
  <message>
   <source>It takes three speakers to judge a model on unheard voices. With fewer it is judged on voices that it knows: the figure is then too good, and says so.</source>
   <translation>Um ein Modell an nie gehörten Stimmen zu beurteilen, braucht es drei Sprecher. Mit weniger wird es an bekannten Stimmen beurteilt: Der Wert ist dann zu gut, und das steht dabei.</translation>
  </message>
  <message>
   <source>It takes two classes at least, in folders called as the emotions are: angry, happy, sad.</source>
   <translation>Es braucht mindestens zwei Klassen in Ordnern, die wie die Emotionen heißen: angry, happy, sad.</translation>
  </message>
  <message>
   <source>It tells {count} emotions apart. How well is not known: nothing was measured, so do not rely on it before it was.</source>
   <translation>Es unterscheidet {count} Emotionen. Wie gut, ist nicht bekannt: Es wurde nichts gemessen, verlassen Sie sich vorher nicht darauf.</translation>
  </message>
  <message>
   <source>It tells {count} emotions apart. Its file says: {uar} right on average over the emotions, tested on {speakers} speakers. Guessing gives {chance}.</source>
   <translation>Es unterscheidet {count} Emotionen. Laut Datei sind im Mittel über die Emotionen {uar} richtig, geprüft an {speakers} Sprechern. Raten ergibt {chance}.</translation>
  </message>
  <message>
   <source>It tells {count} emotions apart. Its file says: {uar} right on average over the emotions. Guessing gives {chance}.</source>
   <translation>Es unterscheidet {count} Emotionen. Laut Datei sind im Mittel über die Emotionen {uar} richtig. Raten ergibt {chance}.</translation>
  </message>
  <message>
   <source>It was cancelled.</source>
   <translation>Es wurde abgebrochen.</translation>
  </message>
  <message>
   <source>It was changed: take the default again</source>
   <translation>Geändert: wieder die Vorgabe nehmen</translation>
  </message>
  <message>
   <source>It was not tried to the end.</source>
   <translation>Der Versuch wurde abgebrochen.</translation>
  </message>
  <message>
   <source>Its file does not say</source>
   <translation>Steht nicht in der Datei</translation>
  </message>
  <message>
   <source>Its file is called after it: letters, digits, - and _</source>
   <translation>So heißt auch die Datei: Buchstaben, Ziffern, - und _</translation>
  </message>
  <message>
   <source>Its spectra, features and resonances, and what of it the model answers to. Choose “Look at it in the lab” for a segment of a recording, or open a recording here.</source>
   <translation>Spektren, Merkmale und Resonanzen, und worauf das Modell darin anspricht. Bei einem Segment einer Aufnahme „Im Labor ansehen“ wählen oder hier eine Aufnahme öffnen.</translation>
  </message>
  <message>
   <source>JSON: all that is kept of it</source>
   <translation>JSON: alles, was davon gespeichert ist</translation>
  </message>
  <message>
   <source>Judge by this model from now on (Enter)</source>
   <translation>Von jetzt an mit diesem Modell urteilen (Enter)</translation>
  </message>
  <message>
   <source>Judge by this voice from now on (Enter)</source>
   <translation>Von jetzt an nach dieser Stimme urteilen (Enter)</translation>
  </message>
  <message>
   <source>Judge by what was heard of the voice before, live and in recordings</source>
   <translation>Nach dem urteilen, was vorher von der Stimme zu hören war, live und in Aufnahmen</translation>
  </message>
  <message>
   <source>Judge by what was heard of the voice before, live and in recordings.</source>
   <translation>Nach dem urteilen, was vorher von der Stimme zu hören war, live und in Aufnahmen.</translation>
  </message>
  <message>
   <source>Judge whoever speaks as a stranger again</source>
   <translation>Wer spricht, gilt wieder als fremd</translation>
  </message>
  <message>
   <source>Jump to now</source>
   <translation>Zum Jetzt springen</translation>
  </message>
  <message>
   <source>Keep</source>
   <translation>Speichern</translation>
  </message>
  <message>
   <source>Keep a copy of a model file, or drop one here</source>
   <translation>Eine Kopie einer Modelldatei speichern, oder sie hierher ziehen</translation>
  </message>
  <message>
   <source>Keep sessions</source>
   <translation>Sitzungen speichern</translation>
  </message>
  <message>
   <source>Keep the sound of sessions (in the menu), and correct utterances on the page Sessions.</source>
   <translation>Den Ton von Sitzungen speichern (im Menü) und auf der Seite Sitzungen Äußerungen korrigieren.</translation>
  </message>
  <message>
   <source>Keep the sound of sessions, too</source>
   <translation>Auch den Ton von Sitzungen speichern</translation>
  </message>
  <message>
   <source>Keep the sound, too</source>
   <translation>Auch den Ton speichern</translation>
  </message>
  <message>
   <source>Keep this voice</source>
   <translation>Diese Stimme speichern</translation>
  </message>
  <message>
   <source>Keep this voice under the name, and use it</source>
   <translation>Diese Stimme unter dem Namen speichern und verwenden</translation>
  </message>
  <message>
   <source>Keep this voice…</source>
   <translation>Stimme speichern…</translation>
  </message>
  <message>
   <source>Keep training</source>
   <translation>Weiter trainieren</translation>
  </message>
  <message>
   <source>Keep what is shown in its place while the sound goes on</source>
   <translation>Das Gezeigte stehen lassen, während der Ton weiterläuft</translation>
  </message>
  <message>
   <source>Keep what is shown in its place while the sound goes on (F)</source>
   <translation>Das Gezeigte stehen lassen, während der Ton weiterläuft (F)</translation>
  </message>
  <message>
   <source>Keep what was learnt of the voice, to know it from the start next time</source>
   <translation>Das von der Stimme Gelernte speichern, um sie nächstes Mal von Anfang an zu kennen</translation>
  </message>
  <message>
   <source>Keep when each utterance was and how it sounded, on this computer; words only while what is said is written down</source>
   <translation>Speichern, wann jede Äußerung war und wie sie klang, auf diesem Rechner; Worte nur, solange aufgeschrieben wird, was gesagt wird</translation>
  </message>
  <message>
   <source>Keep when each utterance was and how it sounded, on this computer; words only while what is said is written down.</source>
   <translation>Speichern, wann jede Äußerung war und wie sie klang, auf diesem Rechner; Worte nur, solange aufgeschrieben wird, was gesagt wird.</translation>
  </message>
  <message>
   <source>Keep when each utterance was and how it sounded; without, nothing is kept</source>
   <translation>Speichern, wann jede Äußerung war und wie sie klang; sonst wird nichts gespeichert</translation>
  </message>
  <message>
   <source>Kept</source>
   <translation>Gespeichert</translation>
  </message>
  <message>
   <source>Keys</source>
   <translation>Tasten</translation>
  </message>
  <message>
   <source>Keys for {title}: {keys}</source>
   <translation>Tasten für {title}: {keys}</translation>
  </message>
  <message>
   <source>Keys that were given twice, or that cannot be chosen, are left out.</source>
   <translation>Tasten, die doppelt vergeben oder nicht wählbar sind, fallen weg.</translation>
  </message>
  <message>
   <source>Kinds of models, the quickest first</source>
   <translation>Arten von Modellen, die schnellsten zuerst</translation>
  </message>
  <message>
   <source>Knows speaker {number}: {time}</source>
   <translation>Kennt Sprecher {number}: {time}</translation>
  </message>
  <message>
   <source>Knows this voice: {time}</source>
   <translation>Kennt diese Stimme: {time}</translation>
  </message>
  <message>
   <source>Lab</source>
   <translation>Labor</translation>
  </message>
  <message>
   <source>Label</source>
   <translation>Label</translation>
  </message>
  <message>
   <source>Label the axis with the time of day instead of that since the beginning</source>
   <translation>Die Achse mit der Uhrzeit beschriften statt mit der Zeit seit Beginn</translation>
  </message>
  <message>
   <source>Language</source>
   <translation>Sprache</translation>
  </message>
  <message>
   <source>Laplace plane</source>
   <translation>Laplace-Ebene</translation>
  </message>
  <message>
   <source>Last fit, on everyone</source>
   <translation>Letzter Durchgang, mit allen</translation>
  </message>
  <message>
   <source>Last heard: {last}.</source>
   <translation>Zuletzt gehört: {last}.</translation>
  </message>
  <message>
   <source>Last hour</source>
   <translation>Letzte Stunde</translation>
  </message>
  <message>
   <source>Last minute</source>
   <translation>Letzte Minute</translation>
  </message>
  <message>
   <source>Last {hours} hours</source>
   <translation>Letzte {hours} Stunden</translation>
  </message>
  <message>
   <source>Last {minutes} minutes</source>
   <translation>Letzte {minutes} Minuten</translation>
  </message>
  <message>
   <source>Last {seconds} seconds</source>
   <translation>Letzte {seconds} Sekunden</translation>
  </message>
  <message>
   <source>Latency</source>
   <translation>Latenz</translation>
  </message>
  <message>
   <source>Layers of the model have no known shape.</source>
   <translation>Die Form einiger Schichten des Modells ist unbekannt.</translation>
  </message>
  <message>
   <source>Learn from other recordings</source>
   <translation>Aus anderen Aufnahmen lernen</translation>
  </message>
  <message>
   <source>Learn from these</source>
   <translation>Aus diesen lernen</translation>
  </message>
  <message>
   <source>Learnt from</source>
   <translation>Gelernt aus</translation>
  </message>
  <message>
   <source>Least level</source>
   <translation>Mindestpegel</translation>
  </message>
  <message>
   <source>Length</source>
   <translation>Dauer</translation>
  </message>
  <message>
   <source>Let EMOSCOPE_WHISPER name the folder of another one, and start the program again.</source>
   <translation>EMOSCOPE_WHISPER den Ordner eines anderen nennen lassen und das Programm neu starten.</translation>
  </message>
  <message>
   <source>Let a second model judge the same speech, and show where the two differ</source>
   <translation>Ein zweites Modell dieselbe Sprache beurteilen lassen und zeigen, wo beide abweichen</translation>
  </message>
  <message>
   <source>Letters before the number: {count} speakers ({names})</source>
   <translation>Buchstaben vor der Nummer: {count} Sprecher ({names})</translation>
  </message>
  <message>
   <source>Level</source>
   <translation>Pegel</translation>
  </message>
  <message>
   <source>Level (dB)</source>
   <translation>Pegel (dB)</translation>
  </message>
  <message>
   <source>Level of the speech band in dBFS, decibels below full scale.
The long line is the threshold: past it the sound counts as speech. It follows the noise of the room.
The short mark holds the latest peak of the whole sound.
Drag the line, or use the arrow keys, to set a level below which nothing is speech.
Double-click, or press Delete, for the automatic threshold.</source>
   <translation>Pegel des Sprachbands in dBFS, Dezibel unter Vollaussteuerung.
Die lange Linie ist die Schwelle: darüber gilt der Ton als Sprache. Sie folgt dem Rauschen des Raums.
Die kurze Marke hält die letzte Spitze des ganzen Tons.
Die Linie ziehen oder die Pfeiltasten drücken, um einen Pegel zu setzen, unter dem nichts als Sprache gilt.
Doppelklick oder Entf stellt die automatische Schwelle her.</translation>
  </message>
  <message>
   <source>Licence</source>
   <translation>Lizenz</translation>
  </message>
  <message>
   <source>Licences</source>
   <translation>Lizenzen</translation>
  </message>
  <message>
   <source>Light</source>
   <translation>Hell</translation>
  </message>
  <message>
   <source>Line for a terminal</source>
   <translation>Zeile für ein Terminal</translation>
  </message>
  <message>
   <source>Linear prediction takes the stretch for the answer of a chain of resonances, whose frequency response is the coloured line over the spectrum that it models. The formants are its peaks: F1 and F2 tell the vowel.</source>
   <translation>Die lineare Prädiktion hält den Abschnitt für die Antwort einer Kette von Resonanzen, deren Frequenzgang die farbige Linie über dem modellierten Spektrum ist. Die Formanten sind seine Spitzen: F1 und F2 verraten den Vokal.</translation>
  </message>
  <message>
   <source>Listen again; what is open stays open (Esc)</source>
   <translation>Wieder zuhören; Offenes bleibt offen (Esc)</translation>
  </message>
  <message>
   <source>Listen to the microphone</source>
   <translation>Dem Mikrofon zuhören</translation>
  </message>
  <message>
   <source>Listening</source>
   <translation>Bereit</translation>
  </message>
  <message>
   <source>Listening needs little; training needs torch and some more, about 2 GB. In the project folder, type the line below into a terminal. Not there yet: {packages}.</source>
   <translation>Zuhören braucht wenig; Training braucht torch und einiges mehr, etwa 2 GB. Die Zeile unten im Projektordner in ein Terminal eingeben. Noch nicht da: {packages}.</translation>
  </message>
  <message>
   <source>Live</source>
   <translation>Live</translation>
  </message>
  <message>
   <source>Live and in recordings, with Whisper on this computer. What people say then stands in the tables, in the sessions that are kept, and in all that you export: keep it as you would keep a recording.</source>
   <translation>Live und in Aufnahmen, mit Whisper auf diesem Computer. Was Menschen sagen, steht dann in den Tabellen, in den gespeicherten Sitzungen und in allem, was exportiert wird: Es verdient dieselbe Sorgfalt wie eine Aufnahme.</translation>
  </message>
  <message>
   <source>Load it anyway</source>
   <translation>Trotzdem laden</translation>
  </message>
  <message>
   <source>Load the model again and start to listen</source>
   <translation>Das Modell noch einmal laden und zuhören</translation>
  </message>
  <message>
   <source>Load the model that failed last time</source>
   <translation>Das Modell laden, das zuletzt scheiterte</translation>
  </message>
  <message>
   <source>Loading the model</source>
   <translation>Modell wird geladen</translation>
  </message>
  <message>
   <source>Log-mel</source>
   <translation>Log-Mel</translation>
  </message>
  <message>
   <source>Logistic regression on the mean and the deviation over time of the 67 features of its source, scaled.</source>
   <translation>Logistische Regression auf Mittel und Streuung der 67 Merkmale ihrer Quelle über die Zeit, skaliert.</translation>
  </message>
  <message>
   <source>Longer stretch</source>
   <translation>Längerer Ausschnitt</translation>
  </message>
  <message>
   <source>Look again</source>
   <translation>Neu suchen</translation>
  </message>
  <message>
   <source>Look at it in the lab</source>
   <translation>Im Labor ansehen</translation>
  </message>
  <message>
   <source>Look at the corpora that are ticked</source>
   <translation>Die angekreuzten Korpora durchsehen</translation>
  </message>
  <message>
   <source>Look at the first 20 seconds of a recording in the lab</source>
   <translation>Die ersten 20 Sekunden einer Aufnahme im Labor ansehen</translation>
  </message>
  <message>
   <source>Look at the first 20 seconds of another recording</source>
   <translation>Die ersten 20 Sekunden einer anderen Aufnahme ansehen</translation>
  </message>
  <message>
   <source>Look for microphones</source>
   <translation>Mikrofone suchen</translation>
  </message>
  <message>
   <source>Look for microphones again</source>
   <translation>Erneut nach Mikrofonen suchen</translation>
  </message>
  <message>
   <source>Look for microphones again (F5)</source>
   <translation>Erneut nach Mikrofonen suchen (F5)</translation>
  </message>
  <message>
   <source>Look into a stretch of sound</source>
   <translation>In einen Ausschnitt hineinsehen</translation>
  </message>
  <message>
   <source>Look whether it is installed by now</source>
   <translation>Nachsehen, ob es inzwischen installiert ist</translation>
  </message>
  <message>
   <source>Looking at the recordings</source>
   <translation>Aufnahmen werden durchgesehen</translation>
  </message>
  <message>
   <source>Loop</source>
   <translation>Schleife</translation>
  </message>
  <message>
   <source>Loss</source>
   <translation>Verlust</translation>
  </message>
  <message>
   <source>Loss and UAR by epoch</source>
   <translation>Verlust und UAR je Epoche</translation>
  </message>
  <message>
   <source>Lost</source>
   <translation>Verloren</translation>
  </message>
  <message>
   <source>Louder than full scale: {files}.</source>
   <translation>Lauter als Vollausschlag: {files}.</translation>
  </message>
  <message>
   <source>Loudness (RMS)</source>
   <translation>Lautstärke (RMS)</translation>
  </message>
  <message>
   <source>MFCC and deltas</source>
   <translation>MFCC und Deltas</translation>
  </message>
  <message>
   <source>Made</source>
   <translation>Erstellt</translation>
  </message>
  <message>
   <source>Made with another model ({model}): teach it again for this one</source>
   <translation>Mit einem anderen Modell angelegt ({model}): für dieses neu einsprechen</translation>
  </message>
  <message>
   <source>Make a model file of a Hugging Face folder, or drop one here</source>
   <translation>Aus einem Hugging-Face-Ordner eine Modelldatei machen, oder ihn hierher ziehen</translation>
  </message>
  <message>
   <source>Make room on the disk and call again, or name a folder on another one.</source>
   <translation>Schaffen Sie Platz auf dem Datenträger und beginnen Sie noch einmal, oder nehmen Sie einen Ordner auf einem anderen.</translation>
  </message>
  <message>
   <source>Making the file</source>
   <translation>Datei wird erstellt</translation>
  </message>
  <message>
   <source>Mean confidence</source>
   <translation>Mittlere Sicherheit</translation>
  </message>
  <message>
   <source>Mean of frames</source>
   <translation>Mittel der Frames</translation>
  </message>
  <message>
   <source>Mean recall of the emotions</source>
   <translation>Mittlere Trefferquote der Emotionen</translation>
  </message>
  <message>
   <source>Mean values</source>
   <translation>Mittelwerte</translation>
  </message>
  <message>
   <source>Mean: {numbers}. {said}.</source>
   <translation>Mittel: {numbers}. {said}.</translation>
  </message>
  <message>
   <source>Measure</source>
   <translation>Messen</translation>
  </message>
  <message>
   <source>Measured</source>
   <translation>Gemessen</translation>
  </message>
  <message>
   <source>Menu</source>
   <translation>Menü</translation>
  </message>
  <message>
   <source>Message</source>
   <translation>Meldung</translation>
  </message>
  <message>
   <source>Microphone</source>
   <translation>Mikrofon</translation>
  </message>
  <message>
   <source>Milliseconds the model needed for the latest result</source>
   <translation>Millisekunden, die das Modell für das letzte Ergebnis brauchte</translation>
  </message>
  <message>
   <source>Minute by minute</source>
   <translation>Minute für Minute</translation>
  </message>
  <message>
   <source>Missing {time}</source>
   <translation>Fehlt: {time}</translation>
  </message>
  <message>
   <source>Model</source>
   <translation>Modell</translation>
  </message>
  <message>
   <source>Model files</source>
   <translation>Modelldateien</translation>
  </message>
  <message>
   <source>Model in use: {name}. Licence: {licence}.</source>
   <translation>Modell in Verwendung: {name}. Lizenz: {licence}.</translation>
  </message>
  <message>
   <source>Model {name}</source>
   <translation>Modell {name}</translation>
  </message>
  <message>
   <source>Models</source>
   <translation>Modelle</translation>
  </message>
  <message>
   <source>Models (*.onnx);;All files (*)</source>
   <translation>Modelle (*.onnx);;Alle Dateien (*)</translation>
  </message>
  <message>
   <source>Models differ</source>
   <translation>Modelle uneins</translation>
  </message>
  <message>
   <source>More clips than were published: {emotions}.</source>
   <translation>Mehr Clips als veröffentlicht: {emotions}.</translation>
  </message>
  <message>
   <source>More memory is needed than there is.</source>
   <translation>Der Arbeitsspeicher reicht dafür nicht aus.</translation>
  </message>
  <message>
   <source>More sound is there than the header tells; all of it was read.</source>
   <translation>Es ist mehr Ton vorhanden, als der Dateikopf nennt; alles wurde gelesen.</translation>
  </message>
  <message>
   <source>More than one person seems to speak. A voice is of one: begin again, alone.</source>
   <translation>Es scheint mehr als eine Person zu sprechen. Eine Stimme gehört einer Person: Beginnen Sie noch einmal, allein.</translation>
  </message>
  <message>
   <source>Move the file to the trash (Del)</source>
   <translation>Die Datei in den Papierkorb legen (Entf)</translation>
  </message>
  <message>
   <source>Much of this voice is uncertain.</source>
   <translation>Vieles von dieser Stimme ist unsicher.</translation>
  </message>
  <message>
   <source>Muted</source>
   <translation>Stumm</translation>
  </message>
  <message>
   <source>My corrected sessions</source>
   <translation>Korrigierte Sitzungen</translation>
  </message>
  <message>
   <source>My voice</source>
   <translation>Meine Stimme</translation>
  </message>
  <message>
   <source>Name</source>
   <translation>Name</translation>
  </message>
  <message>
   <source>Name it .png or .svg.</source>
   <translation>Die Datei auf .png oder .svg enden lassen.</translation>
  </message>
  <message>
   <source>Name of the model</source>
   <translation>Name des Modells</translation>
  </message>
  <message>
   <source>Name of the voice</source>
   <translation>Name der Stimme</translation>
  </message>
  <message>
   <source>Name:</source>
   <translation>Name:</translation>
  </message>
  <message>
   <source>Names of the outputs</source>
   <translation>Namen der Ausgänge</translation>
  </message>
  <message>
   <source>Names, places or labels that the reader does not know: {files}.</source>
   <translation>Unbekannte Namen, Orte oder Angaben: {files}.</translation>
  </message>
  <message>
   <source>Nearly done</source>
   <translation>Fast fertig</translation>
  </message>
  <message>
   <source>Needs weights that are not here</source>
   <translation>Braucht Gewichte, die hier fehlen</translation>
  </message>
  <message>
   <source>New speaker</source>
   <translation>Neuer Sprecher</translation>
  </message>
  <message>
   <source>New speaker: what was known of the voice is forgotten, and a new one is learnt.</source>
   <translation>Neue Person: Was von der Stimme bekannt war, ist vergessen, und eine neue wird gelernt.</translation>
  </message>
  <message>
   <source>Next</source>
   <translation>Nächste</translation>
  </message>
  <message>
   <source>Next recording</source>
   <translation>Nächste Aufnahme</translation>
  </message>
  <message>
   <source>Next topic</source>
   <translation>Weiter</translation>
  </message>
  <message>
   <source>No answer</source>
   <translation>Keine Antwort</translation>
  </message>
  <message>
   <source>No emotion was answered</source>
   <translation>Keine Emotion als Antwort</translation>
  </message>
  <message>
   <source>No kept voice is used now.</source>
   <translation>Es wird keine gespeicherte Stimme mehr verwendet.</translation>
  </message>
  <message>
   <source>No microphone</source>
   <translation>Kein Mikrofon</translation>
  </message>
  <message>
   <source>No microphone can be used, because the PortAudio library is not installed.</source>
   <translation>Kein Mikrofon verwendbar: Die Bibliothek PortAudio ist nicht installiert.</translation>
  </message>
  <message>
   <source>No model</source>
   <translation>Kein Modell</translation>
  </message>
  <message>
   <source>No program opens folders here.</source>
   <translation>Kein Programm öffnet hier Ordner.</translation>
  </message>
  <message>
   <source>No recording is open</source>
   <translation>Keine Aufnahme ist offen</translation>
  </message>
  <message>
   <source>No result yet</source>
   <translation>Noch kein Ergebnis</translation>
  </message>
  <message>
   <source>No session has both its sound and a correction.</source>
   <translation>Keine Sitzung hat sowohl Ton als auch eine Korrektur.</translation>
  </message>
  <message>
   <source>No session has “{search}”.</source>
   <translation>Keine Sitzung enthält „{search}“.</translation>
  </message>
  <message>
   <source>No session is kept from now on. What was kept before stays until you delete it.</source>
   <translation>Ab jetzt wird keine Sitzung gespeichert. Früher Gespeichertes bleibt, bis es gelöscht wird.</translation>
  </message>
  <message>
   <source>No setting has these words.</source>
   <translation>Keine Einstellung enthält diese Wörter.</translation>
  </message>
  <message>
   <source>No sound</source>
   <translation>Kein Ton</translation>
  </message>
  <message>
   <source>No sound arriving</source>
   <translation>Es kommt kein Ton an</translation>
  </message>
  <message>
   <source>No sound is captured</source>
   <translation>Es kommt kein Ton an</translation>
  </message>
  <message>
   <source>No sound is recorded from now on. What was recorded stays with its session.</source>
   <translation>Ab jetzt wird kein Ton aufgenommen. Bisher Aufgenommenes bleibt bei seiner Sitzung.</translation>
  </message>
  <message>
   <source>No sound was kept of this session</source>
   <translation>Von dieser Sitzung wurde kein Ton gespeichert</translation>
  </message>
  <message>
   <source>No sound {time}</source>
   <translation>Kein Ton {time}</translation>
  </message>
  <message>
   <source>No speech</source>
   <translation>Keine Sprache</translation>
  </message>
  <message>
   <source>No speech was found</source>
   <translation>Keine Sprache gefunden</translation>
  </message>
  <message>
   <source>No speech was found in this recording</source>
   <translation>In dieser Aufnahme wurde keine Sprache gefunden</translation>
  </message>
  <message>
   <source>No speech was found.</source>
   <translation>Keine Sprache gefunden.</translation>
  </message>
  <message>
   <source>No speech was found: every sample is zero.</source>
   <translation>Keine Sprache gefunden: Alle Abtastwerte sind null.</translation>
  </message>
  <message>
   <source>No speech was found: hardly anything rises from the background.</source>
   <translation>Keine Sprache gefunden: Kaum etwas hebt sich vom Hintergrund ab.</translation>
  </message>
  <message>
   <source>No speech was found: there is nothing but a steady sound.</source>
   <translation>Keine Sprache gefunden: Zu hören ist nur ein gleichmäßiges Geräusch.</translation>
  </message>
  <message>
   <source>No speech was found: what rises from the background does not sound like speech.</source>
   <translation>Keine Sprache gefunden: Was sich vom Hintergrund abhebt, klingt nicht nach Sprache.</translation>
  </message>
  <message>
   <source>No speech was found: what rises from the background is too short, or breaks up.</source>
   <translation>Keine Sprache gefunden: Was sich vom Hintergrund abhebt, ist zu kurz oder zerstückelt.</translation>
  </message>
  <message>
   <source>No speech yet.</source>
   <translation>Noch keine Sprache.</translation>
  </message>
  <message>
   <source>No voice was found in this recording</source>
   <translation>In dieser Aufnahme wurde keine Stimme gefunden</translation>
  </message>
  <message>
   <source>No window can be shown.</source>
   <translation>Es kann kein Fenster angezeigt werden.</translation>
  </message>
  <message>
   <source>Nobody is listened to now. Press Start.</source>
   <translation>Gerade wird niemandem zugehört. „Start“ drücken.</translation>
  </message>
  <message>
   <source>Nobody labelled this recording, so it does not tell which is right. Label some of its segments on the page Recordings (1 to 9), those that seem right as well.</source>
   <translation>Diese Aufnahme ist nicht beschriftet und verrät daher nicht, welches recht hat. Beschriften Sie einige ihrer Segmente auf der Seite „Aufnahmen“ (1 bis 9), auch solche, die richtig scheinen.</translation>
  </message>
  <message>
   <source>Nobody speaks in this sound.</source>
   <translation>In diesem Geräusch spricht niemand.</translation>
  </message>
  <message>
   <source>None</source>
   <translation>Keine</translation>
  </message>
  <message>
   <source>None of the classes ({classes}) is one of the eight emotions: {labels}.</source>
   <translation>Keine der Klassen ({classes}) ist eine der acht Emotionen: {labels}.</translation>
  </message>
  <message>
   <source>None of the clips in {path} can be read.</source>
   <translation>Keiner der Clips in {path} lässt sich lesen.</translation>
  </message>
  <message>
   <source>None of the eight emotions, so it is not learnt</source>
   <translation>Keine der acht Emotionen, wird also nicht gelernt</translation>
  </message>
  <message>
   <source>None of your labels is one that both models know, so nobody can tell which is right.</source>
   <translation>Keine Ihrer Beschriftungen kennen beide Modelle, daher lässt sich nicht sagen, welches recht hat.</translation>
  </message>
  <message>
   <source>None was found</source>
   <translation>Keine gefunden</translation>
  </message>
  <message>
   <source>None was sure</source>
   <translation>Keine war sicher</translation>
  </message>
  <message>
   <source>None yet. Teach Emoscope your voice, and it is known from the first word on: talk for a minute, in different moods.</source>
   <translation>Noch keine. Ist eine Stimme angelernt, kennt Emoscope sie vom ersten Wort an: eine Minute in verschiedenen Stimmungen sprechen.</translation>
  </message>
  <message>
   <source>Not a voice</source>
   <translation>Keine Stimme</translation>
  </message>
  <message>
   <source>Not a voice, so far</source>
   <translation>Bisher keine Stimme</translation>
  </message>
  <message>
   <source>Not among the published speakers: {names}.</source>
   <translation>Nicht unter den veröffentlichten Sprechern: {names}.</translation>
  </message>
  <message>
   <source>Not analyzed</source>
   <translation>Nicht analysiert</translation>
  </message>
  <message>
   <source>Not finished</source>
   <translation>Nicht abgeschlossen</translation>
  </message>
  <message>
   <source>Not here of the {count} published speakers: {names}.</source>
   <translation>Von den {count} veröffentlichten Sprechern fehlen: {names}.</translation>
  </message>
  <message>
   <source>Not judged</source>
   <translation>Nicht beurteilt</translation>
  </message>
  <message>
   <source>Not known</source>
   <translation>Nicht bekannt</translation>
  </message>
  <message>
   <source>Not known: ask whoever made it before you use it for more than trying</source>
   <translation>Nicht bekannt: Fragen Sie die Urheber, bevor Sie es für mehr als einen Versuch verwenden</translation>
  </message>
  <message>
   <source>Not measured</source>
   <translation>Nicht gemessen</translation>
  </message>
  <message>
   <source>Note</source>
   <translation>Notiz</translation>
  </message>
  <message>
   <source>Note on the session…</source>
   <translation>Notiz zur Sitzung…</translation>
  </message>
  <message>
   <source>Notes</source>
   <translation>Notizen</translation>
  </message>
  <message>
   <source>Note…</source>
   <translation>Notiz…</translation>
  </message>
  <message>
   <source>Nothing</source>
   <translation>Nichts</translation>
  </message>
  <message>
   <source>Nothing but silence, left out: {files}.</source>
   <translation>Nur Stille, weggelassen: {files}.</translation>
  </message>
  <message>
   <source>Nothing but silence: {files}.</source>
   <translation>Nur Stille: {files}.</translation>
  </message>
  <message>
   <source>Nothing can be recognised without one. Open an .onnx model file, or drop it here.</source>
   <translation>Ohne Modell lässt sich nichts erkennen. Öffnen Sie eine .onnx-Modelldatei oder ziehen Sie sie hierher.</translation>
  </message>
  <message>
   <source>Nothing in this recording sounds like speech.</source>
   <translation>Nichts in dieser Aufnahme klingt nach Sprache.</translation>
  </message>
  <message>
   <source>Nothing is captured any more.</source>
   <translation>Es wird nichts mehr aufgezeichnet.</translation>
  </message>
  <message>
   <source>Nothing is captured. Space starts again.</source>
   <translation>Es wird nichts aufgezeichnet. Weiter mit der Leertaste.</translation>
  </message>
  <message>
   <source>Nothing is compared yet</source>
   <translation>Noch nichts verglichen</translation>
  </message>
  <message>
   <source>Nothing is kept now. What was kept before lies in {folder}, on this computer alone.</source>
   <translation>Zurzeit wird nichts gespeichert. Früher Gespeichertes liegt in {folder}, nur auf diesem Rechner.</translation>
  </message>
  <message>
   <source>Nothing is kept yet. Speak into a microphone on the page Live, and it stands here afterwards.</source>
   <translation>Noch ist nichts gespeichert. Auf der Seite Live in ein Mikrofon sprechen, danach steht es hier.</translation>
  </message>
  <message>
   <source>Nothing is on some channels; the others are heard. Another one can be chosen under Channel.</source>
   <translation>Auf einigen Kanälen ist nichts; die übrigen werden gehört. Unter „Kanal“ lässt sich ein anderer wählen.</translation>
  </message>
  <message>
   <source>Nothing is on the channels {silent} of {channels}; the others are heard. Another one can be chosen under Channel.</source>
   <translation>Auf Kanal {silent} von {channels} ist nichts; die übrigen werden gehört. Unter „Kanal“ lässt sich ein anderer wählen.</translation>
  </message>
  <message>
   <source>Nothing tells it yet</source>
   <translation>Noch nicht angegeben</translation>
  </message>
  <message>
   <source>Nothing was answered</source>
   <translation>Keine Antwort</translation>
  </message>
  <message>
   <source>Nothing was said</source>
   <translation>Nichts wurde gesagt</translation>
  </message>
  <message>
   <source>Now</source>
   <translation>Jetzt</translation>
  </message>
  <message>
   <source>Nowhere use it to decide about a person: hiring, schooling, policing, credit, insurance, diagnosis, lie detection. Do not listen to anybody who has not agreed to it.</source>
   <translation>Entscheiden Sie nirgends damit über Menschen: Einstellung, Schule, Polizei, Kredit, Versicherung, Diagnose, Lügenerkennung. Hören Sie niemanden ab, der nicht zugestimmt hat.</translation>
  </message>
  <message>
   <source>Numbers</source>
   <translation>Zahlen</translation>
  </message>
  <message>
   <source>Numbers as CSV…</source>
   <translation>Zahlen als CSV…</translation>
  </message>
  <message>
   <source>Numbers as Parquet…</source>
   <translation>Zahlen als Parquet…</translation>
  </message>
  <message>
   <source>ONNX Runtime cannot load the model.</source>
   <translation>ONNX Runtime kann das Modell nicht laden.</translation>
  </message>
  <message>
   <source>Of 1 segment that you labelled, {first} is right in {one}, {second} in {other}.</source>
   <translation>Von 1 Segment, das Sie beschriftet haben, hat {first} in {one} recht, {second} in {other}.</translation>
  </message>
  <message>
   <source>Of all fits together</source>
   <translation>Aller Durchläufe zusammen</translation>
  </message>
  <message>
   <source>Of several channels the one that stands out most is heard. Another one can be chosen under Channel.</source>
   <translation>Von mehreren Kanälen wird der gehört, der sich am meisten abhebt. Unter „Kanal“ lässt sich ein anderer wählen.</translation>
  </message>
  <message>
   <source>Of the answers about voices it has never heard that are not “uncertain”, about three in ten are wrong. That was measured on recordings of actors; everyday speech is harder.</source>
   <translation>Von den Antworten zu nie gehörten Stimmen, die nicht „unsicher“ lauten, sind etwa drei von zehn falsch. Gemessen wurde das an Aufnahmen von Schauspielern; Alltagssprache ist schwieriger.</translation>
  </message>
  <message>
   <source>Of the time in which an emotion was answered, the share of each</source>
   <translation>Anteil jeder Emotion an der Zeit, in der eine geantwortet wurde</translation>
  </message>
  <message>
   <source>Of the window. What is not translated is in English.</source>
   <translation>Des Fensters. Nicht Übersetztes steht auf Englisch.</translation>
  </message>
  <message>
   <source>Of {channels} channels one stands out most: channel {heard} is heard. Another one can be chosen under Channel.</source>
   <translation>Von {channels} Kanälen hebt sich einer am meisten ab: Gehört wird Kanal {heard}. Unter „Kanal“ lässt sich ein anderer wählen.</translation>
  </message>
  <message>
   <source>Of {count} segments that you labelled, {first} is right in {one}, {second} in {other}.</source>
   <translation>Von {count} Segmenten, die Sie beschriftet haben, hat {first} in {one} recht, {second} in {other}.</translation>
  </message>
  <message>
   <source>Off by</source>
   <translation>Abweichung</translation>
  </message>
  <message>
   <source>On clips kept for choices</source>
   <translation>An Clips für die Auswahl</translation>
  </message>
  <message>
   <source>On one speaker kept for choices</source>
   <translation>An einem Sprecher für die Auswahl</translation>
  </message>
  <message>
   <source>On which recording?</source>
   <translation>An welcher Aufnahme?</translation>
  </message>
  <message>
   <source>On {speakers} speakers kept for choices</source>
   <translation>An {speakers} Sprechern für die Auswahl</translation>
  </message>
  <message>
   <source>One channel is far noisier than the other. Another one can be chosen under Channel.</source>
   <translation>Ein Kanal rauscht viel stärker als der andere. Unter „Kanal“ lässt sich ein anderer wählen.</translation>
  </message>
  <message>
   <source>One channel is far noisier than the other: channel {heard} is heard. Another one can be chosen under Channel.</source>
   <translation>Ein Kanal rauscht viel stärker als der andere: Gehört wird Kanal {heard}. Unter „Kanal“ lässt sich ein anderer wählen.</translation>
  </message>
  <message>
   <source>One emotion is likelier than the others, but not likely enough to count as an answer. There is nothing to be done about it.</source>
   <translation>Eine Emotion ist wahrscheinlicher als die anderen, aber nicht wahrscheinlich genug für eine Antwort. Daran lässt sich nichts ändern.</translation>
  </message>
  <message>
   <source>One name for different sounds: {names}.</source>
   <translation>Ein Name für verschiedene Töne: {names}.</translation>
  </message>
  <message>
   <source>One sound under different emotions or speakers: {sounds}.</source>
   <translation>Derselbe Ton unter verschiedenen Emotionen oder Sprechern: {sounds}.</translation>
  </message>
  <message>
   <source>Only one speaker is '{label}': a model may learn the voice instead.</source>
   <translation>Nur ein Sprecher ist „{label}“: Ein Modell lernt womöglich die Stimme statt der Emotion.</translation>
  </message>
  <message>
   <source>Only one speaker speaks: {emotions}. A model may learn the voice instead.</source>
   <translation>Nur ein Sprecher spricht: {emotions}. Ein Modell lernt womöglich die Stimme statt der Emotion.</translation>
  </message>
  <message>
   <source>Only where they differ</source>
   <translation>Nur wo sie abweichen</translation>
  </message>
  <message>
   <source>Only zeros arrive. Check the microphone's switch and the privacy settings.</source>
   <translation>Es kommen nur Nullen an. Prüfen Sie den Schalter des Mikrofons und die Datenschutzeinstellungen.</translation>
  </message>
  <message>
   <source>Open</source>
   <translation>Öffnen</translation>
  </message>
  <message>
   <source>Open a folder of recordings</source>
   <translation>Einen Ordner mit Aufnahmen öffnen</translation>
  </message>
  <message>
   <source>Open a model</source>
   <translation>Ein Modell öffnen</translation>
  </message>
  <message>
   <source>Open folder…</source>
   <translation>Ordner öffnen…</translation>
  </message>
  <message>
   <source>Open log folder</source>
   <translation>Protokollordner öffnen</translation>
  </message>
  <message>
   <source>Open model…</source>
   <translation>Modell öffnen…</translation>
  </message>
  <message>
   <source>Open more recordings, a folder, or what was open before</source>
   <translation>Weitere Aufnahmen, einen Ordner oder früher Geöffnetes öffnen</translation>
  </message>
  <message>
   <source>Open one, or wait until it is loaded.</source>
   <translation>Eins öffnen oder warten, bis es geladen ist.</translation>
  </message>
  <message>
   <source>Open or play what is chosen</source>
   <translation>Gewähltes öffnen oder abspielen</translation>
  </message>
  <message>
   <source>Open recording</source>
   <translation>Aufnahme öffnen</translation>
  </message>
  <message>
   <source>Open recordings</source>
   <translation>Offene Aufnahmen</translation>
  </message>
  <message>
   <source>Open recording…</source>
   <translation>Aufnahme öffnen…</translation>
  </message>
  <message>
   <source>Open the folder</source>
   <translation>Ordner öffnen</translation>
  </message>
  <message>
   <source>Open the folder of the model's file</source>
   <translation>Den Ordner der Modelldatei öffnen</translation>
  </message>
  <message>
   <source>Open the menu</source>
   <translation>Menü öffnen</translation>
  </message>
  <message>
   <source>Open the recording again that was removed (Ctrl+Z)</source>
   <translation>Die entfernte Aufnahme wieder öffnen (Ctrl+Z)</translation>
  </message>
  <message>
   <source>Open the settings where each can get other keys</source>
   <translation>Die Einstellungen öffnen, in denen jeder Befehl andere Tasten bekommen kann</translation>
  </message>
  <message>
   <source>Opened before</source>
   <translation>Früher geöffnet</translation>
  </message>
  <message>
   <source>Opening the microphone.</source>
   <translation>Das Mikrofon wird geöffnet.</translation>
  </message>
  <message>
   <source>Opening the recording.</source>
   <translation>Die Aufnahme wird geöffnet.</translation>
  </message>
  <message>
   <source>Open…</source>
   <translation>Öffnen…</translation>
  </message>
  <message>
   <source>Order</source>
   <translation>Ordnung</translation>
  </message>
  <message>
   <source>Other sound covers the voice. Come closer to the microphone, or find a quieter place.</source>
   <translation>Anderer Schall überdeckt die Stimme. Gehen Sie näher ans Mikrofon oder suchen Sie einen ruhigeren Ort.</translation>
  </message>
  <message>
   <source>Others…</source>
   <translation>Andere…</translation>
  </message>
  <message>
   <source>Over {seconds} s of speech</source>
   <translation>Über {seconds} s Sprache</translation>
  </message>
  <message>
   <source>Overall, from {said}</source>
   <translation>Insgesamt, aus: {said}</translation>
  </message>
  <message>
   <source>Overlap</source>
   <translation>Überlappung</translation>
  </message>
  <message>
   <source>Overview of the recording</source>
   <translation>Übersicht der Aufnahme</translation>
  </message>
  <message>
   <source>Pages</source>
   <translation>Seiten</translation>
  </message>
  <message>
   <source>Pages of other sites may not use the service.</source>
   <translation>Andere Websites dürfen den Dienst nicht benutzen.</translation>
  </message>
  <message>
   <source>Parquet files need pyarrow, which is not installed. Save as CSV, or install it.</source>
   <translation>Parquet-Dateien brauchen pyarrow, das nicht installiert ist. Speichern Sie als CSV oder installieren Sie es.</translation>
  </message>
  <message>
   <source>Parts of the help</source>
   <translation>Teile der Hilfe</translation>
  </message>
  <message>
   <source>Parts of the sound are taken away, one at a time, and the model is asked again. Red parts spoke for its answer, blue ones against it.</source>
   <translation>Teile des Tons werden einzeln weggenommen, und das Modell wird erneut gefragt. Rote Teile sprachen für seine Antwort, blaue dagegen.</translation>
  </message>
  <message>
   <source>Pattern</source>
   <translation>Muster</translation>
  </message>
  <message>
   <source>Pause</source>
   <translation>Pause</translation>
  </message>
  <message>
   <source>Pause the recording</source>
   <translation>Aufnahme anhalten</translation>
  </message>
  <message>
   <source>Paused</source>
   <translation>Pause</translation>
  </message>
  <message>
   <source>Paused {time}</source>
   <translation>Pause {time}</translation>
  </message>
  <message>
   <source>People label most where the model in use was wrong, which speaks against that one.</source>
   <translation>Menschen beschriften meist dort, wo das verwendete Modell falsch lag; das spricht gegen dieses.</translation>
  </message>
  <message>
   <source>Picture (*.png)</source>
   <translation>Bild (*.png)</translation>
  </message>
  <message>
   <source>Picture (*.png);;Drawing (*.svg)</source>
   <translation>Bild (*.png);;Zeichnung (*.svg)</translation>
  </message>
  <message>
   <source>Picture as PNG…</source>
   <translation>Bild als PNG…</translation>
  </message>
  <message>
   <source>Picture of the plot (PNG, SVG)…</source>
   <translation>Bild des Diagramms (PNG, SVG)…</translation>
  </message>
  <message>
   <source>Pitch</source>
   <translation>Tonhöhe</translation>
  </message>
  <message>
   <source>Pitch (pyin)</source>
   <translation>Tonhöhe (pyin)</translation>
  </message>
  <message>
   <source>Place</source>
   <translation>Lage</translation>
  </message>
  <message>
   <source>Place of the playback</source>
   <translation>Stelle der Wiedergabe</translation>
  </message>
  <message>
   <source>Play</source>
   <translation>Abspielen</translation>
  </message>
  <message>
   <source>Play again</source>
   <translation>Noch einmal abspielen</translation>
  </message>
  <message>
   <source>Play demo</source>
   <translation>Demo</translation>
  </message>
  <message>
   <source>Play or pause (Space)</source>
   <translation>Abspielen oder anhalten (Leertaste)</translation>
  </message>
  <message>
   <source>Play or pause the recording</source>
   <translation>Aufnahme abspielen oder anhalten</translation>
  </message>
  <message>
   <source>Play the built-in demo recording</source>
   <translation>Die eingebaute Demoaufnahme abspielen</translation>
  </message>
  <message>
   <source>Play the chosen segment, or what is shown, again and again</source>
   <translation>Das gewählte Segment, oder was zu sehen ist, immer wieder abspielen</translation>
  </message>
  <message>
   <source>Play the chosen segment, or what is shown, again and again (L)</source>
   <translation>Das gewählte Segment, oder was zu sehen ist, immer wieder abspielen (L)</translation>
  </message>
  <message>
   <source>Play the chosen utterance (Enter); Space pauses</source>
   <translation>Die gewählte Äußerung abspielen (Enter); die Leertaste hält an</translation>
  </message>
  <message>
   <source>Play the demo</source>
   <translation>Demo abspielen</translation>
  </message>
  <message>
   <source>Play the recording</source>
   <translation>Aufnahme abspielen</translation>
  </message>
  <message>
   <source>Play the recording from its start</source>
   <translation>Die Aufnahme von Anfang an abspielen</translation>
  </message>
  <message>
   <source>Plot</source>
   <translation>Diagramm</translation>
  </message>
  <message>
   <source>Plug one in, or open a recording, or play the demo.</source>
   <translation>Schließen Sie eines an, öffnen Sie eine Aufnahme oder spielen Sie die Demo ab.</translation>
  </message>
  <message>
   <source>Poles and zeros</source>
   <translation>Pole und Nullstellen</translation>
  </message>
  <message>
   <source>Poles that linear prediction may use</source>
   <translation>Pole, die die lineare Prädiktion verwenden darf</translation>
  </message>
  <message>
   <source>Poles, Laplace plane</source>
   <translation>Pole, Laplace-Ebene</translation>
  </message>
  <message>
   <source>Poles, z-plane</source>
   <translation>Pole, z-Ebene</translation>
  </message>
  <message>
   <source>Praat TextGrid</source>
   <translation>Praat-TextGrid</translation>
  </message>
  <message>
   <source>Press it, then the keys. Delete takes them away, Escape leaves them.</source>
   <translation>Drücken, dann die Tasten. Entf entfernt sie, Esc lässt sie.</translation>
  </message>
  <message>
   <source>Press the keys…</source>
   <translation>Tasten drücken…</translation>
  </message>
  <message>
   <source>Previous recording</source>
   <translation>Vorherige Aufnahme</translation>
  </message>
  <message>
   <source>Probabilities</source>
   <translation>Wahrscheinlichkeiten</translation>
  </message>
  <message>
   <source>Probabilities by the second model</source>
   <translation>Wahrscheinlichkeiten des zweiten Modells</translation>
  </message>
  <message>
   <source>Probabilities by voice, words and both</source>
   <translation>Wahrscheinlichkeiten nach Stimme, Worten und beiden</translation>
  </message>
  <message>
   <source>Probabilities of the emotions</source>
   <translation>Wahrscheinlichkeiten der Emotionen</translation>
  </message>
  <message>
   <source>Probabilities over the whole recording</source>
   <translation>Wahrscheinlichkeiten über die ganze Aufnahme</translation>
  </message>
  <message>
   <source>Probability of a voice</source>
   <translation>Wahrscheinlichkeit einer Stimme</translation>
  </message>
  <message>
   <source>Processor</source>
   <translation>Prozessor</translation>
  </message>
  <message>
   <source>Progress</source>
   <translation>Fortschritt</translation>
  </message>
  <message>
   <source>Progress of all recordings</source>
   <translation>Fortschritt aller Aufnahmen</translation>
  </message>
  <message>
   <source>Progress of the analysis</source>
   <translation>Fortschritt der Analyse</translation>
  </message>
  <message>
   <source>Progress of the comparison</source>
   <translation>Fortschritt des Vergleichs</translation>
  </message>
  <message>
   <source>Progress of the questions</source>
   <translation>Fortschritt der Fragen</translation>
  </message>
  <message>
   <source>PyAudio is not installed.</source>
   <translation>PyAudio ist nicht installiert.</translation>
  </message>
  <message>
   <source>Qt could not draw the picture.</source>
   <translation>Qt konnte das Bild nicht zeichnen.</translation>
  </message>
  <message>
   <source>Quit</source>
   <translation>Beenden</translation>
  </message>
  <message>
   <source>Reading the recordings</source>
   <translation>Aufnahmen werden gelesen</translation>
  </message>
  <message>
   <source>Recipes</source>
   <translation>Rezepte</translation>
  </message>
  <message>
   <source>Record what is heard by a microphone, so that sessions can be played</source>
   <translation>Aufnehmen, was ein Mikrofon hört, damit sich Sitzungen abspielen lassen</translation>
  </message>
  <message>
   <source>Record what is heard by a microphone, so that sessions can be played.</source>
   <translation>Zeichnet auf, was ein Mikrofon hört, damit sich Sitzungen abspielen lassen.</translation>
  </message>
  <message>
   <source>Record what is heard, so that sessions can be played</source>
   <translation>Aufnehmen, was zu hören ist, damit sich Sitzungen abspielen lassen</translation>
  </message>
  <message>
   <source>Recording</source>
   <translation>Aufnahme</translation>
  </message>
  <message>
   <source>Recording sound</source>
   <translation>Ton wird aufgenommen</translation>
  </message>
  <message>
   <source>Recordings</source>
   <translation>Aufnahmen</translation>
  </message>
  <message>
   <source>Recordings ({endings});;All files (*)</source>
   <translation>Aufnahmen ({endings});;Alle Dateien (*)</translation>
  </message>
  <message>
   <source>Recordings that are analyzed from start to end</source>
   <translation>Aufnahmen, die von Anfang bis Ende analysiert werden</translation>
  </message>
  <message>
   <source>Recordings…</source>
   <translation>Aufnahmen…</translation>
  </message>
  <message>
   <source>Rectangular</source>
   <translation>Rechteck</translation>
  </message>
  <message>
   <source>Reduce motion</source>
   <translation>Weniger Bewegung</translation>
  </message>
  <message>
   <source>Refused: this file is no text model that can be used.</source>
   <translation>Abgelehnt: Diese Datei ist kein brauchbares Textmodell.</translation>
  </message>
  <message>
   <source>Remove</source>
   <translation>Entfernen</translation>
  </message>
  <message>
   <source>Remove from the list</source>
   <translation>Aus der Liste entfernen</translation>
  </message>
  <message>
   <source>Remove the label</source>
   <translation>Label entfernen</translation>
  </message>
  <message>
   <source>Rename the session</source>
   <translation>Sitzung umbenennen</translation>
  </message>
  <message>
   <source>Rename the voice</source>
   <translation>Stimme umbenennen</translation>
  </message>
  <message>
   <source>Rename, or write a note</source>
   <translation>Umbenennen oder eine Notiz schreiben</translation>
  </message>
  <message>
   <source>Rename…</source>
   <translation>Umbenennen…</translation>
  </message>
  <message>
   <source>Reset all</source>
   <translation>Alles zurücksetzen</translation>
  </message>
  <message>
   <source>Reset “{title}”</source>
   <translation>„{title}“ zurücksetzen</translation>
  </message>
  <message>
   <source>Resonances</source>
   <translation>Resonanzen</translation>
  </message>
  <message>
   <source>Response</source>
   <translation>Frequenzgang</translation>
  </message>
  <message>
   <source>Response to a click of 1</source>
   <translation>Antwort auf einen Klick der Höhe 1</translation>
  </message>
  <message>
   <source>Result</source>
   <translation>Ergebnis</translation>
  </message>
  <message>
   <source>Ripple of the squares</source>
   <translation>Welligkeit der Quadrate</translation>
  </message>
  <message>
   <source>Ripple of the windows</source>
   <translation>Welligkeit der Fenster</translation>
  </message>
  <message>
   <source>Roll-off</source>
   <translation>Roll-off</translation>
  </message>
  <message>
   <source>Rows</source>
   <translation>Zeilen</translation>
  </message>
  <message>
   <source>Run it in the project folder, then start the program again</source>
   <translation>Im Projektordner ausführen, dann das Programm neu starten</translation>
  </message>
  <message>
   <source>Runs on</source>
   <translation>Läuft auf</translation>
  </message>
  <message>
   <source>Sad</source>
   <translation>Traurig</translation>
  </message>
  <message>
   <source>Said</source>
   <translation>Gesagt</translation>
  </message>
  <message>
   <source>Samples are not numbers. Export the recording again.</source>
   <translation>Abtastwerte sind keine Zahlen. Exportieren Sie die Aufnahme noch einmal.</translation>
  </message>
  <message>
   <source>Samples count</source>
   <translation>Gewicht der Samples</translation>
  </message>
  <message>
   <source>Samples exceed full scale, so emotions are doubtful.</source>
   <translation>Abtastwerte übersteigen den Vollausschlag, die Emotionen sind daher zweifelhaft.</translation>
  </message>
  <message>
   <source>Samples of a frame</source>
   <translation>Samples eines Frames</translation>
  </message>
  <message>
   <source>Samples reach {peak_dbfs} dB above full scale: they were scaled wrongly or are damaged, so emotions are doubtful.</source>
   <translation>Abtastwerte liegen bis zu {peak_dbfs} dB über Vollausschlag: Sie sind falsch skaliert oder beschädigt, die Emotionen sind daher zweifelhaft.</translation>
  </message>
  <message>
   <source>Samples that are not numbers: {samples}, first at {at}. Zeros stand in their place.</source>
   <translation>Abtastwerte, die keine Zahlen sind: {samples}, zuerst bei {at}. An ihrer Stelle stehen Nullen.</translation>
  </message>
  <message>
   <source>Save as a page, a table, subtitles or JSON</source>
   <translation>Als Seite, Tabelle, Untertitel oder JSON speichern</translation>
  </message>
  <message>
   <source>Save the numbers of this view as a table, or its plot as a picture</source>
   <translation>Die Zahlen dieser Ansicht als Tabelle oder ihr Diagramm als Bild speichern</translation>
  </message>
  <message>
   <source>Save the result in one of many formats (Ctrl+E)</source>
   <translation>Das Ergebnis in einem von vielen Formaten speichern (Ctrl+E)</translation>
  </message>
  <message>
   <source>Save what the plot shows as a picture: PNG or SVG</source>
   <translation>Speichern, was das Diagramm zeigt: als PNG oder SVG</translation>
  </message>
  <message>
   <source>Saved {what} in {folder}.</source>
   <translation>{what} wurde in {folder} gespeichert.</translation>
  </message>
  <message>
   <source>Say above who speaks: that decides what the figure at the end is worth.</source>
   <translation>Sagen Sie oben, wer spricht: Davon hängt ab, was die Zahl am Ende wert ist.</translation>
  </message>
  <message>
   <source>Say what you would rather do now, as late in the evening.</source>
   <translation>Sagen Sie wie spät am Abend, was Sie jetzt lieber täten.</translation>
  </message>
  <message>
   <source>Say which emotion it really was</source>
   <translation>Angeben, welche Emotion es wirklich war</translation>
  </message>
  <message>
   <source>Scale of colours</source>
   <translation>Farbskala</translation>
  </message>
  <message>
   <source>Scrolls with the arrow keys</source>
   <translation>Rollt mit den Pfeiltasten</translation>
  </message>
  <message>
   <source>Search</source>
   <translation>Suchen</translation>
  </message>
  <message>
   <source>Search in notes and answers</source>
   <translation>In Notizen und Antworten suchen</translation>
  </message>
  <message>
   <source>Search names, notes, emotions, dates, devices</source>
   <translation>Namen, Notizen, Emotionen, Daten, Geräte</translation>
  </message>
  <message>
   <source>Search sessions</source>
   <translation>Sitzungen suchen</translation>
  </message>
  <message>
   <source>Search the keys</source>
   <translation>Die Tasten durchsuchen</translation>
  </message>
  <message>
   <source>Search the settings</source>
   <translation>Die Einstellungen durchsuchen</translation>
  </message>
  <message>
   <source>Second</source>
   <translation>Nächste</translation>
  </message>
  <message>
   <source>Second model</source>
   <translation>Zweites Modell</translation>
  </message>
  <message>
   <source>See both models' answers to one recording side by side</source>
   <translation>Die Antworten beider Modelle zu einer Aufnahme nebeneinander sehen</translation>
  </message>
  <message>
   <source>Segment</source>
   <translation>Segment</translation>
  </message>
  <message>
   <source>Segments</source>
   <translation>Segmente</translation>
  </message>
  <message>
   <source>Segments as both models answer them</source>
   <translation>Segmente, wie beide Modelle sie beantworten</translation>
  </message>
  <message>
   <source>Session {number}</source>
   <translation>Sitzung {number}</translation>
  </message>
  <message>
   <source>Sessions</source>
   <translation>Sitzungen</translation>
  </message>
  <message>
   <source>Settings</source>
   <translation>Einstellungen</translation>
  </message>
  <message>
   <source>Settings (*.json);;All files (*)</source>
   <translation>Einstellungen (*.json);;Alle Dateien (*)</translation>
  </message>
  <message>
   <source>Shape</source>
   <translation>Form</translation>
  </message>
  <message>
   <source>Share of all open recordings that was analyzed</source>
   <translation>Analysierter Anteil aller offenen Aufnahmen</translation>
  </message>
  <message>
   <source>Share of samples</source>
   <translation>Anteil der Samples</translation>
  </message>
  <message>
   <source>Share of the parts that the model was asked without</source>
   <translation>Anteil der Teile, ohne die das Modell gefragt wurde</translation>
  </message>
  <message>
   <source>Share of the recording that was analyzed</source>
   <translation>Analysierter Anteil der Aufnahme</translation>
  </message>
  <message>
   <source>Shares of labels, minute by minute</source>
   <translation>Anteile der Labels, Minute für Minute</translation>
  </message>
  <message>
   <source>Shares of the emotions</source>
   <translation>Anteile der Emotionen</translation>
  </message>
  <message>
   <source>Shares of the time of speech</source>
   <translation>Anteile an der Sprechzeit</translation>
  </message>
  <message>
   <source>Shipped</source>
   <translation>Mitgeliefert</translation>
  </message>
  <message>
   <source>Shipped model</source>
   <translation>Mitgeliefert</translation>
  </message>
  <message>
   <source>Shipped model: Whisper encoder</source>
   <translation>Mitgeliefertes Modell: Whisper-Encoder</translation>
  </message>
  <message>
   <source>Shipped model: weights</source>
   <translation>Mitgeliefertes Modell: Gewichte</translation>
  </message>
  <message>
   <source>Shorter stretch</source>
   <translation>Kürzerer Ausschnitt</translation>
  </message>
  <message>
   <source>Shorter than {seconds} s: {files}.</source>
   <translation>Kürzer als {seconds} s: {files}.</translation>
  </message>
  <message>
   <source>Show again what the first run has shown</source>
   <translation>Noch einmal zeigen, was der erste Start gezeigt hat</translation>
  </message>
  <message>
   <source>Show everything since the beginning</source>
   <translation>Alles seit Beginn zeigen</translation>
  </message>
  <message>
   <source>Show fewer seconds (plus, or the wheel)</source>
   <translation>Weniger Sekunden zeigen (Plus oder das Mausrad)</translation>
  </message>
  <message>
   <source>Show more seconds (minus, or the wheel)</source>
   <translation>Mehr Sekunden zeigen (Minus oder das Mausrad)</translation>
  </message>
  <message>
   <source>Show only segments of which the model is so sure</source>
   <translation>Nur Segmente zeigen, bei denen das Modell so sicher ist</translation>
  </message>
  <message>
   <source>Show only segments whose label or note contains this</source>
   <translation>Nur Segmente zeigen, deren Label oder Notiz dies enthält</translation>
  </message>
  <message>
   <source>Show only segments with this label</source>
   <translation>Nur Segmente mit diesem Label zeigen</translation>
  </message>
  <message>
   <source>Show only some of the segments (Ctrl+F)</source>
   <translation>Nur einige der Segmente zeigen (Ctrl+F)</translation>
  </message>
  <message>
   <source>Show only some of the segments: by label, confidence, or words</source>
   <translation>Nur einige der Segmente zeigen: nach Label, Sicherheit oder Wörtern</translation>
  </message>
  <message>
   <source>Show only utterances in which this stands, in notes, answers or what was said</source>
   <translation>Nur Äußerungen zeigen, in denen das steht: in Notizen, Antworten oder dem Gesagten</translation>
  </message>
  <message>
   <source>Show only utterances that were answered so</source>
   <translation>Nur Äußerungen mit dieser Antwort zeigen</translation>
  </message>
  <message>
   <source>Show the chosen session (Enter)</source>
   <translation>Die gewählte Sitzung zeigen (Enter)</translation>
  </message>
  <message>
   <source>Show the file</source>
   <translation>Datei zeigen</translation>
  </message>
  <message>
   <source>Show the list of all open recordings</source>
   <translation>Die Liste aller offenen Aufnahmen zeigen</translation>
  </message>
  <message>
   <source>Show the list of all {count} open recordings (Alt+Up).</source>
   <translation>Die Liste aller {count} offenen Aufnahmen zeigen (Alt+Up).</translation>
  </message>
  <message>
   <source>Show the newest sound again</source>
   <translation>Wieder den neuesten Ton zeigen</translation>
  </message>
  <message>
   <source>Show the newest sound again (J)</source>
   <translation>Wieder den neuesten Ton zeigen (J)</translation>
  </message>
  <message>
   <source>Show the next one (Alt+Right)</source>
   <translation>Die nächste zeigen (Alt+Right)</translation>
  </message>
  <message>
   <source>Show the one before (Alt+Left)</source>
   <translation>Die vorherige zeigen (Alt+Left)</translation>
  </message>
  <message>
   <source>Show the segments with different answers alone</source>
   <translation>Nur die Segmente mit verschiedenen Antworten zeigen</translation>
  </message>
  <message>
   <source>Show those with these words</source>
   <translation>Die mit diesen Wörtern zeigen</translation>
  </message>
  <message>
   <source>Show those with these words, in every group</source>
   <translation>Die mit diesen Wörtern zeigen, in jeder Gruppe</translation>
  </message>
  <message>
   <source>Show two chosen sessions side by side</source>
   <translation>Zwei gewählte Sitzungen nebeneinander zeigen</translation>
  </message>
  <message>
   <source>Show what was said as a table (U)</source>
   <translation>Das Gesagte als Tabelle zeigen (U)</translation>
  </message>
  <message>
   <source>Show what was said as a table, to be sorted, searched and copied</source>
   <translation>Das Gesagte als Tabelle zeigen, zum Sortieren, Suchen und Kopieren</translation>
  </message>
  <message>
   <source>Show where added models are kept</source>
   <translation>Zeigen, wo hinzugefügte Modelle liegen</translation>
  </message>
  <message>
   <source>Show where added models are kept: {folder}</source>
   <translation>Zeigen, wo hinzugefügte Modelle liegen: {folder}</translation>
  </message>
  <message>
   <source>Show where sessions lie</source>
   <translation>Zeigen, wo Sitzungen liegen</translation>
  </message>
  <message>
   <source>Show which frequencies the sound has</source>
   <translation>Zeigen, welche Frequenzen der Ton hat</translation>
  </message>
  <message>
   <source>Show which frequencies the sound has (S)</source>
   <translation>Zeigen, welche Frequenzen der Ton hat (S)</translation>
  </message>
  <message>
   <source>Silent: {stretch}</source>
   <translation>Stille: {stretch}</translation>
  </message>
  <message>
   <source>Silero VAD also tells speech from dishes, doors and dogs, if it is installed. Automatic takes it where it is.</source>
   <translation>Silero VAD unterscheidet Sprache auch von Geschirr, Türen und Hunden, falls installiert. „Automatisch“ verwendet es, wo es vorhanden ist.</translation>
  </message>
  <message>
   <source>Silero VAD cannot be used: what is installed is not the model that is known.</source>
   <translation>Silero VAD kann nicht verwendet werden: Installiert ist nicht das bekannte Modell.</translation>
  </message>
  <message>
   <source>Silero VAD is not installed.</source>
   <translation>Silero VAD ist nicht installiert.</translation>
  </message>
  <message>
   <source>Since the start: {percentiles}</source>
   <translation>Seit dem Start: {percentiles}</translation>
  </message>
  <message>
   <source>Size</source>
   <translation>Größe</translation>
  </message>
  <message>
   <source>So small a difference may be chance.</source>
   <translation>Ein so kleiner Unterschied kann Zufall sein.</translation>
  </message>
  <message>
   <source>Softer sound is no speech. Without a level, the threshold follows the room, which is best nearly everywhere. The mark on the meter changes it until the program ends.</source>
   <translation>Leiserer Ton gilt nicht als Sprache. Ohne Pegel folgt die Schwelle dem Raum, was fast überall am besten ist. Die Marke am Pegelmesser ändert sie bis zum Programmende.</translation>
  </message>
  <message>
   <source>Some samples are not numbers. Zeros stand in their place.</source>
   <translation>Einige Abtastwerte sind keine Zahlen. An ihrer Stelle stehen Nullen.</translation>
  </message>
  <message>
   <source>Some sounds were not a voice, and have no emotion.</source>
   <translation>Einige Geräusche waren keine Stimme und haben keine Emotion.</translation>
  </message>
  <message>
   <source>Somebody else speaks: forget the voice, and learn a new one</source>
   <translation>Jemand anderes spricht: die Stimme vergessen und eine neue lernen</translation>
  </message>
  <message>
   <source>Somebody else speaks: forget the voice, and learn a new one (Ctrl+N)</source>
   <translation>Jemand anderes spricht: die Stimme vergessen und eine neue lernen (Ctrl+N)</translation>
  </message>
  <message>
   <source>Something was heard in which nobody speaks, such as a door or dishes. It has no emotion, and no voice is learnt from it.</source>
   <translation>Es war etwas zu hören, in dem niemand spricht, etwa eine Tür oder Geschirr. Es hat keine Emotion, und daraus wird keine Stimme gelernt.</translation>
  </message>
  <message>
   <source>Something went wrong inside Emoscope.</source>
   <translation>In Emoscope ist ein Fehler aufgetreten.</translation>
  </message>
  <message>
   <source>Sound</source>
   <translation>Ton</translation>
  </message>
  <message>
   <source>Sound and probabilities over time</source>
   <translation>Ton und Wahrscheinlichkeiten über die Zeit</translation>
  </message>
  <message>
   <source>Sound is missing in the file; silence stands in its place.</source>
   <translation>In der Datei fehlt Ton; an seiner Stelle steht Stille.</translation>
  </message>
  <message>
   <source>Sound is missing in the recording: {missing_s} s. Silence stands there, so times after it are right.</source>
   <translation>In der Aufnahme fehlen {missing_s} s Ton. Dort steht Stille, die Zeiten danach stimmen.</translation>
  </message>
  <message>
   <source>Sound is recorded from now on, in a new session.</source>
   <translation>Ab jetzt wird Ton aufgenommen, in einer neuen Sitzung.</translation>
  </message>
  <message>
   <source>Sound library</source>
   <translation>Audiobibliothek</translation>
  </message>
  <message>
   <source>Sound like speech, much softer than the voice, was not judged.</source>
   <translation>Sprachähnlicher Ton, viel leiser als die Stimme, wurde nicht beurteilt.</translation>
  </message>
  <message>
   <source>Sound like speech, {below_voice_db} dB softer than the voice, was not judged: {seconds} s from {start} on. To have it judged, raise that part of the recording.</source>
   <translation>Sprachähnlicher Ton, {below_voice_db} dB leiser als die Stimme, wurde nicht beurteilt: {seconds} s ab {start}. Heben Sie diesen Teil der Aufnahme an, um ihn beurteilen zu lassen.</translation>
  </message>
  <message>
   <source>Sound like speech, {below_voice_db} dB softer than the voice, was not judged: {seconds} s. Whoever spoke must come closer to the microphone.</source>
   <translation>Sprachähnlicher Ton, {below_voice_db} dB leiser als die Stimme, wurde nicht beurteilt: {seconds} s. Wer gesprochen hat, muss näher ans Mikrofon.</translation>
  </message>
  <message>
   <source>Sound never leaves this machine, and nothing is sent anywhere. Of what a microphone brings, times and emotions are kept here as sessions; words and sound only if you switch that on.</source>
   <translation>Ton verlässt diesen Rechner nie, und nichts wird irgendwohin gesendet. Von dem, was ein Mikrofon bringt, werden hier Zeiten und Emotionen als Sitzungen gespeichert; Worte und Ton nur, wenn Sie das einschalten.</translation>
  </message>
  <message>
   <source>Sound source</source>
   <translation>Tonquelle</translation>
  </message>
  <message>
   <source>Sound stays here</source>
   <translation>Der Ton bleibt hier</translation>
  </message>
  <message>
   <source>Sound that did not arrive or was too much for the computer, and speech that was not judged</source>
   <translation>Ton, der nicht ankam oder dem Rechner zu viel war, und Sprache, die nicht beurteilt wurde</translation>
  </message>
  <message>
   <source>Sound was lost</source>
   <translation>Ton ging verloren</translation>
  </message>
  <message>
   <source>Sound was missing</source>
   <translation>Ton fehlte</translation>
  </message>
  <message>
   <source>Sound will be recorded as soon as a microphone is heard.</source>
   <translation>Ton wird aufgenommen, sobald ein Mikrofon zu hören ist.</translation>
  </message>
  <message>
   <source>Sounds without a voice</source>
   <translation>Geräusche ohne Stimme</translation>
  </message>
  <message>
   <source>Space plays it from its start.</source>
   <translation>Die Leertaste spielt sie von vorn ab.</translation>
  </message>
  <message>
   <source>Space plays the recording from its start.</source>
   <translation>Die Leertaste spielt die Aufnahme von vorn ab.</translation>
  </message>
  <message>
   <source>Space starts again.</source>
   <translation>Weiter mit der Leertaste.</translation>
  </message>
  <message>
   <source>Speak a little longer.</source>
   <translation>Etwas länger sprechen.</translation>
  </message>
  <message>
   <source>Speak into it</source>
   <translation>Hineinsprechen</translation>
  </message>
  <message>
   <source>Speak on: from about ten utterances on, answers get better as the voice becomes known.</source>
   <translation>Weitersprechen: Ab etwa zehn Äußerungen werden die Antworten besser, da die Stimme bekannt wird.</translation>
  </message>
  <message>
   <source>Speak on: the program gets used to a voice.</source>
   <translation>Weitersprechen: Die Stimme wird gelernt.</translation>
  </message>
  <message>
   <source>Speak; the result appears while you talk.</source>
   <translation>Sprechen Sie; das Ergebnis erscheint währenddessen.</translation>
  </message>
  <message>
   <source>Speakers</source>
   <translation>Sprecher</translation>
  </message>
  <message>
   <source>Speakers who are known</source>
   <translation>Bekannte Sprecher</translation>
  </message>
  <message>
   <source>Spectra</source>
   <translation>Spektren</translation>
  </message>
  <message>
   <source>Spectra, features and resonances of the chosen segment, or of what was said last</source>
   <translation>Spektren, Merkmale und Resonanzen des gewählten Segments oder des zuletzt Gesagten</translation>
  </message>
  <message>
   <source>Spectral centroid</source>
   <translation>Spektralschwerpunkt</translation>
  </message>
  <message>
   <source>Spectral contrast</source>
   <translation>Spektraler Kontrast</translation>
  </message>
  <message>
   <source>Spectral roll-off</source>
   <translation>Spektraler Roll-off</translation>
  </message>
  <message>
   <source>Spectrogram</source>
   <translation>Spektrogramm</translation>
  </message>
  <message>
   <source>Spectrogram (STFT)</source>
   <translation>Spektrogramm (STFT)</translation>
  </message>
  <message>
   <source>Spectrum</source>
   <translation>Spektrum</translation>
  </message>
  <message>
   <source>Spectrum (FFT)</source>
   <translation>Spektrum (FFT)</translation>
  </message>
  <message>
   <source>Speech</source>
   <translation>Sprache</translation>
  </message>
  <message>
   <source>Speech at once</source>
   <translation>Sprache am Stück</translation>
  </message>
  <message>
   <source>Speech has had no answer for a while: the model is slow, or hangs. It goes on by itself if the model answers.</source>
   <translation>Seit einer Weile bleibt Sprache ohne Antwort: Das Modell ist langsam oder hängt. Es geht von selbst weiter, sobald es antwortet.</translation>
  </message>
  <message>
   <source>Speech has had no answer for {seconds} seconds: the model is slow, or hangs. It goes on by itself if the model answers.</source>
   <translation>Seit {seconds} Sekunden bleibt Sprache ohne Antwort: Das Modell ist langsam oder hängt. Es geht von selbst weiter, sobald es antwortet.</translation>
  </message>
  <message>
   <source>Speech is shaded; once a stretch is over it has the colour and the name of what was recognised. Other sounds are grey and have no name.
Quiet sound is drawn larger: × 4 in the corner means four times.
The wheel zooms, dragging moves, a double click goes back.</source>
   <translation>Sprache ist schattiert; ein beendeter Abschnitt hat Farbe und Namen des Erkannten. Andere Geräusche sind grau und ohne Namen.
Leiser Ton wird größer gezeichnet: × 4 in der Ecke heißt vierfach.
Das Mausrad zoomt, Ziehen verschiebt, ein Doppelklick stellt zurück.</translation>
  </message>
  <message>
   <source>Speech was heard here, and the model did not judge it.</source>
   <translation>Hier war Sprache zu hören, die das Modell nicht beurteilt hat.</translation>
  </message>
  <message>
   <source>Speech was lost</source>
   <translation>Sprache ging verloren</translation>
  </message>
  <message>
   <source>Speech, not finished</source>
   <translation>Sprache, noch nicht beendet</translation>
  </message>
  <message>
   <source>Speed</source>
   <translation>Tempo</translation>
  </message>
  <message>
   <source>Speed here</source>
   <translation>Tempo hier</translation>
  </message>
  <message>
   <source>Start</source>
   <translation>Start</translation>
  </message>
  <message>
   <source>Start listening (Space)</source>
   <translation>Mit dem Zuhören beginnen (Leertaste)</translation>
  </message>
  <message>
   <source>Start of the file's name: {count} speakers ({names})</source>
   <translation>Anfang des Dateinamens: {count} Sprecher ({names})</translation>
  </message>
  <message>
   <source>Start or pause listening</source>
   <translation>Zuhören starten oder anhalten</translation>
  </message>
  <message>
   <source>Start or pause listening (Space)</source>
   <translation>Zuhören starten oder anhalten (Leertaste)</translation>
  </message>
  <message>
   <source>Start, end, emotion, confidence and note of each stretch of speech. Enter plays a row, digits label it, N writes a note</source>
   <translation>Start, Ende, Emotion, Sicherheit und Notiz jedes Abschnitts mit Sprache. Enter spielt eine Zeile ab, Ziffern vergeben Labels, N schreibt eine Notiz</translation>
  </message>
  <message>
   <source>Start, length, both answers, your label, and whether both agree</source>
   <translation>Start, Dauer, beide Antworten, das eigene Label und ob beide übereinstimmen</translation>
  </message>
  <message>
   <source>Start, length, emotion and confidence of each; Enter plays one</source>
   <translation>Start, Dauer, Emotion und Sicherheit jeder Äußerung; Enter spielt eine ab</translation>
  </message>
  <message>
   <source>Starting</source>
   <translation>Start</translation>
  </message>
  <message>
   <source>Starting the computations. That takes some seconds, once.</source>
   <translation>Die Berechnungen werden gestartet. Das dauert einmalig einige Sekunden.</translation>
  </message>
  <message>
   <source>Starting the computations. The first time after the installation they are compiled, which takes up to a minute.</source>
   <translation>Die Berechnungen werden gestartet. Beim ersten Mal nach der Installation werden sie übersetzt, was bis zu einer Minute dauert.</translation>
  </message>
  <message>
   <source>Status</source>
   <translation>Status</translation>
  </message>
  <message>
   <source>Stop at the end of a batch, until you go on</source>
   <translation>Am Ende eines Batches anhalten, bis es weitergeht</translation>
  </message>
  <message>
   <source>Stop comparing</source>
   <translation>Vergleich beenden</translation>
  </message>
  <message>
   <source>Stop the analysis (Esc)</source>
   <translation>Die Analyse abbrechen (Esc)</translation>
  </message>
  <message>
   <source>Stop using it</source>
   <translation>Nicht mehr verwenden</translation>
  </message>
  <message>
   <source>Stopped</source>
   <translation>Angehalten</translation>
  </message>
  <message>
   <source>Stopped working</source>
   <translation>Funktioniert nicht mehr</translation>
  </message>
  <message>
   <source>Strength</source>
   <translation>Stärke</translation>
  </message>
  <message>
   <source>Stretch (frequency)</source>
   <translation>Ausschnitt (Frequenz)</translation>
  </message>
  <message>
   <source>Stretch (time)</source>
   <translation>Ausschnitt (Zeit)</translation>
  </message>
  <message>
   <source>SubRip subtitles</source>
   <translation>SubRip-Untertitel</translation>
  </message>
  <message>
   <source>Sum of squares</source>
   <translation>Quadratsumme</translation>
  </message>
  <message>
   <source>Sum of windows</source>
   <translation>Fenstersumme</translation>
  </message>
  <message>
   <source>Summary</source>
   <translation>Zusammenfassung</translation>
  </message>
  <message>
   <source>Summary of the recording</source>
   <translation>Zusammenfassung der Aufnahme</translation>
  </message>
  <message>
   <source>Switch off and on in the settings that what is said is written down.</source>
   <translation>In den Einstellungen das Aufschreiben des Gesagten aus- und wieder einschalten.</translation>
  </message>
  <message>
   <source>System default</source>
   <translation>Systemstandard</translation>
  </message>
  <message>
   <source>Table (*.csv)</source>
   <translation>Tabelle (*.csv)</translation>
  </message>
  <message>
   <source>Table (*.parquet)</source>
   <translation>Tabelle (*.parquet)</translation>
  </message>
  <message>
   <source>Take back what was done last</source>
   <translation>Das zuletzt Getane zurücknehmen</translation>
  </message>
  <message>
   <source>Take every default again; can be undone</source>
   <translation>Wieder alle Vorgaben nehmen; lässt sich rückgängig machen</translation>
  </message>
  <message>
   <source>Take in a voice profile from elsewhere, or drop one here</source>
   <translation>Ein Stimmprofil von anderswo aufnehmen, oder es hierher ziehen</translation>
  </message>
  <message>
   <source>Take it out of the list; its file stays where it is (Del)</source>
   <translation>Aus der Liste nehmen; die Datei bleibt, wo sie ist (Entf)</translation>
  </message>
  <message>
   <source>Take part after part of the sound away, and see how the answer changes</source>
   <translation>Einen Teil des Tons nach dem anderen weglassen und sehen, wie sich die Antwort ändert</translation>
  </message>
  <message>
   <source>Take settings from a file</source>
   <translation>Einstellungen aus einer Datei nehmen</translation>
  </message>
  <message>
   <source>Take the chosen recording out of the list; its file stays (Del)</source>
   <translation>Die gewählte Aufnahme aus der Liste nehmen; ihre Datei bleibt (Entf)</translation>
  </message>
  <message>
   <source>Take this back (Ctrl+Z)</source>
   <translation>Dies zurücknehmen (Ctrl+Z)</translation>
  </message>
  <message>
   <source>Take this message away</source>
   <translation>Diese Meldung entfernen</translation>
  </message>
  <message>
   <source>Takes effect at the next start.</source>
   <translation>Gilt ab dem nächsten Start.</translation>
  </message>
  <message>
   <source>Takes the message away</source>
   <translation>Entfernt die Meldung</translation>
  </message>
  <message>
   <source>Talk as usual: nothing is heard yet.</source>
   <translation>Sprechen Sie wie gewohnt: Noch ist nichts zu hören.</translation>
  </message>
  <message>
   <source>Talk for a minute in different moods to teach it: page Voices, “Teach a voice”.</source>
   <translation>Eine Minute in verschiedenen Stimmungen sprechen, um sie anzulernen: Seite Stimmen, „Stimme anlernen“.</translation>
  </message>
  <message>
   <source>Talk for a minute, in different moods</source>
   <translation>Eine Minute in verschiedenen Stimmungen sprechen</translation>
  </message>
  <message>
   <source>Teach a voice</source>
   <translation>Stimme anlernen</translation>
  </message>
  <message>
   <source>Teach a voice…</source>
   <translation>Stimme anlernen…</translation>
  </message>
  <message>
   <source>Tell of something that went well, and let it be heard.</source>
   <translation>Erzählen Sie von etwas, das gut gelaufen ist, und lassen Sie es hören.</translation>
  </message>
  <message>
   <source>Tell of something that you miss, slowly.</source>
   <translation>Erzählen Sie langsam von etwas, das Ihnen fehlt.</translation>
  </message>
  <message>
   <source>Tell speech from other sounds (Silero VAD)</source>
   <translation>Sprache von anderen Geräuschen unterscheiden (Silero VAD)</translation>
  </message>
  <message>
   <source>Tell the time of day</source>
   <translation>Uhrzeit anzeigen</translation>
  </message>
  <message>
   <source>Tell what you did today, as you would tell a friend.</source>
   <translation>Erzählen Sie, was Sie heute gemacht haben, wie im Gespräch mit Freunden.</translation>
  </message>
  <message>
   <source>Tell who speaks, or else the model is judged on voices that it knows: the figure is then too good, and says so.</source>
   <translation>Geben Sie an, wer spricht; sonst wird das Modell an bekannten Stimmen beurteilt: Der Wert ist dann zu gut, und das steht dabei.</translation>
  </message>
  <message>
   <source>Tells emotions by the words that are written down, beside the voice's answer, which it never changes.</source>
   <translation>Erkennt Emotionen an den Worten, die aufgeschrieben werden, neben der Antwort der Stimme, die es nie ändert.</translation>
  </message>
  <message>
   <source>Text</source>
   <translation>Text</translation>
  </message>
  <message>
   <source>Text model</source>
   <translation>Textmodell</translation>
  </message>
  <message>
   <source>That did not work.</source>
   <translation>Das hat nicht geklappt.</translation>
  </message>
  <message>
   <source>That does not tell them apart.</source>
   <translation>Das unterscheidet sie nicht.</translation>
  </message>
  <message>
   <source>That is hardly chance: on this recording {name} is right more often.</source>
   <translation>Das ist kaum Zufall: In dieser Aufnahme hat {name} öfter recht.</translation>
  </message>
  <message>
   <source>That is plenty</source>
   <translation>Das ist reichlich</translation>
  </message>
  <message>
   <source>The Whisper model cannot be used.</source>
   <translation>Das Whisper-Modell lässt sich nicht verwenden.</translation>
  </message>
  <message>
   <source>The answer of the model is not a number.</source>
   <translation>Die Antwort des Modells ist keine Zahl.</translation>
  </message>
  <message>
   <source>The archive would unfold too far, so it is refused.</source>
   <translation>Das Archiv würde sich zu weit entpacken und wird abgelehnt.</translation>
  </message>
  <message>
   <source>The arrow keys lead from one to the other</source>
   <translation>Die Pfeiltasten führen von einem zum anderen</translation>
  </message>
  <message>
   <source>The background is mostly mains hum ({mains_hz} Hz and its multiples), so emotions are doubtful. Another cable or socket may help.</source>
   <translation>Der Hintergrund ist vor allem Netzbrummen ({mains_hz} Hz und Vielfache), die Emotionen sind daher zweifelhaft. Ein anderes Kabel oder eine andere Steckdose kann helfen.</translation>
  </message>
  <message>
   <source>The background is mostly mains hum, so emotions are doubtful.</source>
   <translation>Der Hintergrund ist vor allem Netzbrummen, die Emotionen sind daher zweifelhaft.</translation>
  </message>
  <message>
   <source>The centre of mass of the spectrum: how bright the sound is.</source>
   <translation>Der Schwerpunkt des Spektrums: wie hell der Ton klingt.</translation>
  </message>
  <message>
   <source>The checkpoint cannot be read.</source>
   <translation>Der Zwischenstand lässt sich nicht lesen.</translation>
  </message>
  <message>
   <source>The checks did not come to their end.</source>
   <translation>Die Prüfung kam nicht zu ihrem Ende.</translation>
  </message>
  <message>
   <source>The chroma as a place among fifths, minor and major thirds. Harmony stays in place, and speech wanders.</source>
   <translation>Das Chroma als Ort zwischen Quinten, kleinen und großen Terzen. Harmonie bleibt am Ort, Sprache wandert.</translation>
  </message>
  <message>
   <source>The class '{label}' has a folder without sound, so a model cannot learn it: put recordings into it, or remove it.</source>
   <translation>Die Klasse „{label}“ hat einen Ordner ohne Ton, ein Modell kann sie also nicht lernen: Legen Sie Aufnahmen hinein, oder entfernen Sie ihn.</translation>
  </message>
  <message>
   <source>The classes have numbers and no names.</source>
   <translation>Die Klassen haben Nummern statt Namen.</translation>
  </message>
  <message>
   <source>The colours of the window.</source>
   <translation>Die Farben des Fensters.</translation>
  </message>
  <message>
   <source>The command line says something else for this run.</source>
   <translation>Die Befehlszeile legt für diesen Lauf etwas anderes fest.</translation>
  </message>
  <message>
   <source>The computation did not end in time, so it was given up. Try it again, or choose a shorter stretch.</source>
   <translation>Die Berechnung wurde nicht rechtzeitig fertig und wurde aufgegeben. Versuchen Sie es noch einmal oder wählen Sie einen kürzeren Abschnitt.</translation>
  </message>
  <message>
   <source>The computation has broken off. Try it again, or choose a shorter stretch; the log has the cause.</source>
   <translation>Die Berechnung ist abgebrochen. Versuchen Sie es noch einmal, oder wählen Sie einen kürzeren Ausschnitt; die Ursache steht im Protokoll.</translation>
  </message>
  <message>
   <source>The computation took too much memory, so it was ended. Choose a shorter stretch.</source>
   <translation>Die Berechnung brauchte zu viel Arbeitsspeicher und wurde beendet. Wählen Sie einen kürzeren Abschnitt.</translation>
  </message>
  <message>
   <source>The computation was not wanted any more.</source>
   <translation>Die Berechnung wurde nicht mehr gebraucht.</translation>
  </message>
  <message>
   <source>The computer is busy: results come late.</source>
   <translation>Der Rechner ist ausgelastet: Ergebnisse kommen verspätet.</translation>
  </message>
  <message>
   <source>The computer is too slow for this model.</source>
   <translation>Der Rechner ist für dieses Modell zu langsam.</translation>
  </message>
  <message>
   <source>The computer slept.</source>
   <translation>Der Rechner war im Ruhezustand.</translation>
  </message>
  <message>
   <source>The computer was too slow to take the sound in.</source>
   <translation>Der Rechner war zu langsam, um den Ton aufzunehmen.</translation>
  </message>
  <message>
   <source>The computer was too slow.</source>
   <translation>Der Rechner war zu langsam.</translation>
  </message>
  <message>
   <source>The corrections are of a newer version of Emoscope, and are not used. Update the program to read them.</source>
   <translation>Die Korrekturen stammen von einer neueren Version von Emoscope und werden nicht verwendet. Aktualisieren Sie das Programm, um sie zu lesen.</translation>
  </message>
  <message>
   <source>The corrections cannot be kept beside the recording, so they are in your folder of data.</source>
   <translation>Die Korrekturen lassen sich nicht neben der Aufnahme speichern; sie liegen in Ihrem Datenordner.</translation>
  </message>
  <message>
   <source>The corrections cannot be read or kept.</source>
   <translation>Die Korrekturen lassen sich nicht lesen oder speichern.</translation>
  </message>
  <message>
   <source>The corrections cannot be read, and are not used.</source>
   <translation>Die Korrekturen lassen sich nicht lesen und werden nicht verwendet.</translation>
  </message>
  <message>
   <source>The corrections were made for other sound, and are not used.</source>
   <translation>Die Korrekturen gehören zu anderem Ton und werden nicht verwendet.</translation>
  </message>
  <message>
   <source>The database of sessions is damaged.</source>
   <translation>Die Datenbank der Sitzungen ist beschädigt.</translation>
  </message>
  <message>
   <source>The demo</source>
   <translation>Die Demo</translation>
  </message>
  <message>
   <source>The device is open but silent. Capture goes on by itself when it answers.</source>
   <translation>Das Gerät ist geöffnet, aber still. Es geht von selbst weiter, sobald es antwortet.</translation>
  </message>
  <message>
   <source>The diagnostics are copied. They hold no sound, no words, and no names of yours.</source>
   <translation>Die Diagnose ist kopiert. Sie enthält keinen Ton, keine Wörter und keine persönlichen Namen.</translation>
  </message>
  <message>
   <source>The disk failed while sessions were read or written. Look whether it is still there, and whether it has room.</source>
   <translation>Der Datenträger hat beim Lesen oder Schreiben der Sitzungen versagt. Prüfen Sie, ob er noch da ist und Platz hat.</translation>
  </message>
  <message>
   <source>The disk is full. Make room on it, or choose another one.</source>
   <translation>Der Datenträger ist voll. Schaffen Sie Platz oder wählen Sie einen anderen.</translation>
  </message>
  <message>
   <source>The earlier run was made with another model or other options.</source>
   <translation>Der frühere Lauf verwendete ein anderes Modell oder andere Optionen.</translation>
  </message>
  <message>
   <source>The encoder and its heads trained together, gently, on clips that were changed in many ways.</source>
   <translation>Encoder und Köpfe gemeinsam und behutsam trainiert, auf vielfältig veränderten Clips.</translation>
  </message>
  <message>
   <source>The encoder's weights are not named. Give --weights FILE, such as the model.safetensors of openai/whisper-base, or set EMOSCOPE_WEIGHTS to a folder that holds it as whisper-base-encoder.safetensors.</source>
   <translation>Die Gewichte des Encoders fehlen. Setzen Sie EMOSCOPE_WEIGHTS auf einen Ordner, der sie als whisper-base-encoder.safetensors enthält (das model.safetensors von openai/whisper-base).</translation>
  </message>
  <message>
   <source>The end of this session could not be kept: the disk takes too long.</source>
   <translation>Das Ende dieser Sitzung konnte nicht gespeichert werden: Der Datenträger ist zu langsam.</translation>
  </message>
  <message>
   <source>The energy of a frame is the same in time and in frequency. Of overlapping frames it is that of the sound only if the squared windows add up to a constant (COLA): else some moments count more than others.</source>
   <translation>Die Energie eines Fensters ist in Zeit und Frequenz dieselbe. Bei überlappenden Fenstern ist sie nur dann die des Tons, wenn die quadrierten Fenster eine Konstante ergeben (COLA): Sonst zählen manche Zeitpunkte mehr als andere.</translation>
  </message>
  <message>
   <source>The export failed; nothing was written.</source>
   <translation>Der Export ist fehlgeschlagen; nichts wurde geschrieben.</translation>
  </message>
  <message>
   <source>The export was cancelled.</source>
   <translation>Der Export wurde abgebrochen.</translation>
  </message>
  <message>
   <source>The exported graph computes something else than the model.</source>
   <translation>Der exportierte Graph rechnet anders als das Modell.</translation>
  </message>
  <message>
   <source>The file breaks off before its sound begins. Copy or download it again.</source>
   <translation>Die Datei bricht ab, bevor der Ton beginnt. Kopieren Sie sie noch einmal oder laden Sie sie neu herunter.</translation>
  </message>
  <message>
   <source>The file cannot be read.</source>
   <translation>Die Datei kann nicht gelesen werden.</translation>
  </message>
  <message>
   <source>The file cannot be written: its folder is not there, or takes no files. Choose another one.</source>
   <translation>Die Datei kann nicht geschrieben werden: Der Ordner fehlt oder nimmt keine Dateien an. Wählen Sie einen anderen.</translation>
  </message>
  <message>
   <source>The file could run code, so it is not opened.</source>
   <translation>Die Datei könnte Code ausführen und wird nicht geöffnet.</translation>
  </message>
  <message>
   <source>The file holds no settings of Emoscope. Choose one that “Export” on the page Settings has written.</source>
   <translation>Die Datei enthält keine Einstellungen von Emoscope. Wählen Sie eine, die auf der Seite „Einstellungen“ exportiert wurde.</translation>
  </message>
  <message>
   <source>The file holds no sound that can be read.</source>
   <translation>Die Datei enthält keinen lesbaren Ton.</translation>
  </message>
  <message>
   <source>The file is being written by another run. Wait for its end, or choose another one.</source>
   <translation>Die Datei wird gerade von einem anderen Lauf geschrieben. Warten Sie dessen Ende ab oder wählen Sie eine andere.</translation>
  </message>
  <message>
   <source>The file is empty or holds no sound.</source>
   <translation>Die Datei ist leer oder enthält keinen Ton.</translation>
  </message>
  <message>
   <source>The file is larger than such files are.</source>
   <translation>Die Datei ist größer, als solche Dateien sind.</translation>
  </message>
  <message>
   <source>The file is there already. Choose another name.</source>
   <translation>Die Datei gibt es schon. Wählen Sie einen anderen Namen.</translation>
  </message>
  <message>
   <source>The file is too large to be a voice profile.</source>
   <translation>Die Datei ist für ein Stimmprofil zu groß.</translation>
  </message>
  <message>
   <source>The file may not be read: permission denied.</source>
   <translation>Die Datei darf nicht gelesen werden: Zugriff verweigert.</translation>
  </message>
  <message>
   <source>The file of a fusion cannot be used. Choose another one in the settings.</source>
   <translation>Die Datei einer Fusion kann nicht verwendet werden. Wählen Sie in den Einstellungen eine andere.</translation>
  </message>
  <message>
   <source>The file of corrections is damaged.</source>
   <translation>Die Datei mit den Korrekturen ist beschädigt.</translation>
  </message>
  <message>
   <source>The finished file is run and compared with what was trained.</source>
   <translation>Die fertige Datei wird ausgeführt und mit dem Trainierten verglichen.</translation>
  </message>
  <message>
   <source>The first model: the encoder as it was pretrained, with a logistic regression on its embeddings.</source>
   <translation>Das erste Modell: der vortrainierte Encoder mit logistischer Regression auf seinen Einbettungen.</translation>
  </message>
  <message>
   <source>The first result comes in a moment.</source>
   <translation>Das erste Ergebnis kommt gleich.</translation>
  </message>
  <message>
   <source>The folder for sessions cannot be written to.</source>
   <translation>In den Ordner der Sitzungen kann nicht geschrieben werden.</translation>
  </message>
  <message>
   <source>The folder of a class holds no recording with sound.</source>
   <translation>Der Ordner einer Klasse enthält keine Aufnahme mit Ton.</translation>
  </message>
  <message>
   <source>The folder of models cannot be written to.</source>
   <translation>In den Modellordner kann nicht geschrieben werden.</translation>
  </message>
  <message>
   <source>The folder of sessions does not exist.</source>
   <translation>Den Ordner der Sitzungen gibt es nicht.</translation>
  </message>
  <message>
   <source>The folder of the class “{label}” holds no sound. Put recordings into it, or remove it: the model then does not know this class.</source>
   <translation>Der Ordner der Klasse „{label}“ enthält keinen Ton. Legen Sie Aufnahmen hinein, oder entfernen Sie ihn: Dann kennt das Modell diese Klasse nicht.</translation>
  </message>
  <message>
   <source>The folder of the trained weights is not named: {variable} is not set. Set {again} to a folder as save_pretrained writes it.</source>
   <translation>Der Ordner der trainierten Gewichte ist nicht angegeben. Setzen Sie {variable} auf einen Ordner, wie ihn save_pretrained schreibt ({again}).</translation>
  </message>
  <message>
   <source>The folder {folder} cannot be deleted: {why}.</source>
   <translation>Der Ordner {folder} lässt sich nicht löschen: {why}.</translation>
  </message>
  <message>
   <source>The folder {name} does not say what its outputs are called. Their names in the order of training, with commas between:</source>
   <translation>Der Ordner {name} sagt nicht, wie seine Ausgänge heißen. Ihre Namen in der Reihenfolge des Trainings, mit Kommas dazwischen:</translation>
  </message>
  <message>
   <source>The frequency below which 85 % of the spectrum's magnitude lies. It falls for dull sounds and rises for hissing ones.</source>
   <translation>Die Frequenz, unter der 85 % des Betragsspektrums liegen. Sie sinkt bei dumpfen Lauten und steigt bei Zischlauten.</translation>
  </message>
  <message>
   <source>The front end of the model is not understood.</source>
   <translation>Die Merkmalsberechnung des Modells wird nicht verstanden.</translation>
  </message>
  <message>
   <source>The fusion was made for models with other emotions than these. Each answers by itself. Make one for these two models, or choose none in the settings.</source>
   <translation>Die Fusion wurde für Modelle mit anderen Emotionen als diesen erstellt. Jedes antwortet für sich. Erstellen Sie eine für diese beiden Modelle, oder wählen Sie in den Einstellungen keine.</translation>
  </message>
  <message>
   <source>The fusion was made with other models than these. Each answers by itself. Make one for these two models, or choose none in the settings.</source>
   <translation>Die Fusion wurde mit anderen Modellen als diesen erstellt. Jedes antwortet für sich. Erstellen Sie eine für diese beiden Modelle, oder wählen Sie in den Einstellungen keine.</translation>
  </message>
  <message>
   <source>The graph brought down the process that checked it.</source>
   <translation>Der Graph hat den Prozess zum Absturz gebracht, der ihn prüfte.</translation>
  </message>
  <message>
   <source>The graph does not have the inputs and outputs of the format.</source>
   <translation>Ein- und Ausgänge des Graphen entsprechen nicht dem Format.</translation>
  </message>
  <message>
   <source>The graph has an operator that ONNX Runtime does not have.</source>
   <translation>Der Graph enthält einen Operator, den ONNX Runtime nicht kennt.</translation>
  </message>
  <message>
   <source>The graphics card cannot be used by the installed ONNX Runtime, so the model runs on the CPU; the extra 'gpu' brings one that can.</source>
   <translation>Die installierte ONNX Runtime kann die Grafikkarte nicht verwenden, daher läuft das Modell auf dem Prozessor; das Extra „gpu“ bringt eine mit, die das kann.</translation>
  </message>
  <message>
   <source>The graphics card could not be used ({problem}), so the model runs on the CPU.</source>
   <translation>Die Grafikkarte konnte nicht verwendet werden ({problem}), daher läuft das Modell auf dem Prozessor.</translation>
  </message>
  <message>
   <source>The graphics card failed ({problem}), so the model runs on the CPU now.</source>
   <translation>Die Grafikkarte ist ausgefallen ({problem}), daher läuft das Modell jetzt auf dem Prozessor.</translation>
  </message>
  <message>
   <source>The header of the recording is damaged. The sound was found all the same; other programs may not find it. Save it anew.</source>
   <translation>Der Dateikopf der Aufnahme ist beschädigt. Der Ton wurde trotzdem gefunden; andere Programme finden ihn vielleicht nicht. Speichern Sie die Aufnahme neu.</translation>
  </message>
  <message>
   <source>The header tells {promised_s} s, and {found_s} s of sound are there; all of it was read.</source>
   <translation>Der Dateikopf nennt {promised_s} s, vorhanden sind {found_s} s; alles wurde gelesen.</translation>
  </message>
  <message>
   <source>The installed parts of Whisper base do not make the model that is known.</source>
   <translation>Die installierten Teile von Whisper base ergeben nicht das bekannte Modell.</translation>
  </message>
  <message>
   <source>The lab cannot do this.</source>
   <translation>Das Labor kann das nicht.</translation>
  </message>
  <message>
   <source>The lab needs librosa, which is not installed.</source>
   <translation>Das Labor braucht librosa, das nicht installiert ist.</translation>
  </message>
  <message>
   <source>The labels and the outputs of the model do not fit together.</source>
   <translation>Klassen und Ausgänge des Modells passen nicht zusammen.</translation>
  </message>
  <message>
   <source>The larger the point, the more {dimension}</source>
   <translation>Je größer der Punkt, desto größer der Wert: {dimension}</translation>
  </message>
  <message>
   <source>The line that installs what is missing, in a terminal</source>
   <translation>Die Zeile, die Fehlendes installiert, in einem Terminal</translation>
  </message>
  <message>
   <source>The log lies in {folder}.</source>
   <translation>Das Protokoll liegt in {folder}.</translation>
  </message>
  <message>
   <source>The log tells where: Help, Open log folder. Please send it with “Copy diagnostics”.</source>
   <translation>Das Protokoll sagt, wo: Hilfe, „Protokollordner öffnen“. Bitte senden Sie es zusammen mit „Diagnose kopieren“.</translation>
  </message>
  <message>
   <source>The log-mel spectrum as 13 numbers: the first is the loudness, the next ones the coarse shape, the last ones finer detail. Below, how they change (Δ) and how that changes (ΔΔ).</source>
   <translation>Das Log-Mel-Spektrum als 13 Zahlen: die erste ist die Lautstärke, die nächsten die grobe Form, die letzten feinere Einzelheiten. Darunter, wie sie sich ändern (Δ) und wie sich das ändert (ΔΔ).</translation>
  </message>
  <message>
   <source>The log-mel spectrum of the stretch. Ask the model, and parts of the sound are taken away one at a time, to see which of them spoke for its answer. That takes a moment.</source>
   <translation>Das Log-Mel-Spektrum des Abschnitts. Wird das Modell befragt, werden Teile des Klangs einzeln weggenommen, um zu sehen, welche für seine Antwort sprachen. Das dauert einen Moment.</translation>
  </message>
  <message>
   <source>The manifest of the model breaks the format. Export the model again.</source>
   <translation>Das Manifest des Modells verletzt das Format. Exportieren Sie das Modell noch einmal.</translation>
  </message>
  <message>
   <source>The mean of each dimension over the speech, from 0 to 1; 0.5 is neutral</source>
   <translation>Das Mittel jeder Dimension über die Sprache, von 0 bis 1; 0,5 ist neutral</translation>
  </message>
  <message>
   <source>The microphone delivers nothing but zeros: unmute it, or allow this program to use it in the system's privacy settings.</source>
   <translation>Das Mikrofon liefert nur Nullen: Heben Sie die Stummschaltung auf oder erlauben Sie dem Programm den Zugriff in den Datenschutzeinstellungen des Systems.</translation>
  </message>
  <message>
   <source>The microphone does not open. Is another program using it, or does the system deny access?</source>
   <translation>Das Mikrofon lässt sich nicht öffnen. Verwendet es ein anderes Programm, oder verweigert das System den Zugriff?</translation>
  </message>
  <message>
   <source>The microphone is too loud: turn it down, or move away a little.</source>
   <translation>Das Mikrofon ist zu laut: Regeln Sie es herunter oder rücken Sie etwas ab.</translation>
  </message>
  <message>
   <source>The microphone to listen to, or the demo</source>
   <translation>Das Mikrofon, dem zugehört wird, oder die Demo</translation>
  </message>
  <message>
   <source>The microphone was away.</source>
   <translation>Das Mikrofon war nicht verbunden.</translation>
  </message>
  <message>
   <source>The microphone was open and delivered nothing.</source>
   <translation>Das Mikrofon war geöffnet und lieferte nichts.</translation>
  </message>
  <message>
   <source>The middle is neutral</source>
   <translation>Die Mitte ist neutral</translation>
  </message>
  <message>
   <source>The model '{model}' does not have all of the chosen emotions ({missing}), so it answers with all of its own.</source>
   <translation>Dem Modell „{model}“ fehlen gewählte Emotionen ({missing}), daher antwortet es mit allen seinen eigenen.</translation>
  </message>
  <message>
   <source>The model '{model}' gives dimensions, so there are no emotions to choose from.</source>
   <translation>Das Modell „{model}“ liefert Dimensionen, daher gibt es keine Emotionen zur Auswahl.</translation>
  </message>
  <message>
   <source>The model answers differently when it hears the same sound again.</source>
   <translation>Das Modell antwortet anders, wenn es denselben Ton noch einmal hört.</translation>
  </message>
  <message>
   <source>The model brought down the process that tried it.</source>
   <translation>Das Modell hat den Prozess zum Absturz gebracht, der es erprobte.</translation>
  </message>
  <message>
   <source>The model cannot be used.</source>
   <translation>Das Modell kann nicht verwendet werden.</translation>
  </message>
  <message>
   <source>The model did not judge some speech.</source>
   <translation>Das Modell hat einen Teil der Sprache nicht beurteilt.</translation>
  </message>
  <message>
   <source>The model does not answer, so it is given up. Choose another one.</source>
   <translation>Das Modell antwortet nicht und wurde aufgegeben. Wählen Sie ein anderes.</translation>
  </message>
  <message>
   <source>The model does not have the inputs and outputs of the format. Export it again.</source>
   <translation>Ein- und Ausgänge des Modells entsprechen nicht dem Format. Exportieren Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The model failed last time, so it is not loaded without asking.</source>
   <translation>Das Modell ist beim letzten Mal gescheitert und wird nicht ungefragt geladen.</translation>
  </message>
  <message>
   <source>The model failed while it ran.</source>
   <translation>Das Modell ist während der Ausführung gescheitert.</translation>
  </message>
  <message>
   <source>The model fails its own test. Export it again.</source>
   <translation>Das Modell besteht seinen eigenen Test nicht. Exportieren Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The model file cannot be read.</source>
   <translation>Die Modelldatei lässt sich nicht lesen.</translation>
  </message>
  <message>
   <source>The model file is empty. Choose another one.</source>
   <translation>Die Modelldatei ist leer. Wählen Sie eine andere.</translation>
  </message>
  <message>
   <source>The model file is too large: at most 2 GB can be loaded.</source>
   <translation>Die Modelldatei ist zu groß: Höchstens 2 GB lassen sich laden.</translation>
  </message>
  <message>
   <source>The model file, or its folder, cannot be read.</source>
   <translation>Die Modelldatei oder ihr Ordner lässt sich nicht lesen.</translation>
  </message>
  <message>
   <source>The model files at hand: what each is, and which is in use</source>
   <translation>Die vorhandenen Modelldateien: was jede ist und welche in Verwendung ist</translation>
  </message>
  <message>
   <source>The model gives a score for each class by itself, not logits of classes of which one holds.</source>
   <translation>Das Modell bewertet jede Klasse für sich, statt eine von mehreren zu wählen.</translation>
  </message>
  <message>
   <source>The model gives dimensions, and emotions are needed here.</source>
   <translation>Das Modell liefert Dimensionen, hier werden aber Emotionen gebraucht.</translation>
  </message>
  <message>
   <source>The model gives probabilities of classes, not dimensions.</source>
   <translation>Das Modell liefert Wahrscheinlichkeiten von Klassen, keine Dimensionen.</translation>
  </message>
  <message>
   <source>The model gives values beyond 0 to 1. Choose another one, or export it again.</source>
   <translation>Das Modell liefert Werte außerhalb von 0 bis 1. Wählen Sie ein anderes oder exportieren Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The model gives values far beyond the scale that was named.</source>
   <translation>Das Modell liefert Werte weit außerhalb der genannten Skala.</translation>
  </message>
  <message>
   <source>The model in use</source>
   <translation>Das Modell in Verwendung</translation>
  </message>
  <message>
   <source>The model in use stays.</source>
   <translation>Das Modell in Verwendung bleibt.</translation>
  </message>
  <message>
   <source>The model is broken: its answer has another shape than its labels ask for. Choose another model, or export this one again.</source>
   <translation>Das Modell ist fehlerhaft: Seine Antwort passt nicht zu seinen Klassen. Wählen Sie ein anderes oder exportieren Sie dieses noch einmal.</translation>
  </message>
  <message>
   <source>The model is judged on speakers whom it has not heard.</source>
   <translation>Das Modell wird an Sprechern beurteilt, die es nicht gehört hat.</translation>
  </message>
  <message>
   <source>The model is judged on voices that it knows: the figure is too good for other people, and says so.</source>
   <translation>Das Modell wird an Stimmen beurteilt, die es kennt: der Wert ist für andere Menschen zu gut und sagt das auch.</translation>
  </message>
  <message>
   <source>The model takes too much memory.</source>
   <translation>Das Modell braucht zu viel Arbeitsspeicher.</translation>
  </message>
  <message>
   <source>The model that recognises; also by dropping an .onnx file</source>
   <translation>Das Modell, das erkennt; auch durch Ablegen einer .onnx-Datei</translation>
  </message>
  <message>
   <source>The model was changed after its manifest was written. Export it again.</source>
   <translation>Das Modell wurde geändert, nachdem sein Manifest geschrieben wurde. Exportieren Sie es noch einmal.</translation>
  </message>
  <message>
   <source>The model would not know the class '{label}': all its speakers are needed to calibrate.</source>
   <translation>Das Modell würde die Klasse „{label}“ nicht kennen: alle, die sie sprechen, werden zum Kalibrieren gebraucht.</translation>
  </message>
  <message>
   <source>The model would not know the class '{label}': none of its clips could be learnt from.</source>
   <translation>Das Modell würde die Klasse „{label}“ nicht kennen: aus keinem ihrer Clips konnte gelernt werden.</translation>
  </message>
  <message>
   <source>The model {name} did not come up last time, so it was not loaded again.</source>
   <translation>Das Modell {name} kam letztes Mal nicht hoch, daher wurde es nicht wieder geladen.</translation>
  </message>
  <message>
   <source>The model {name} is deleted.</source>
   <translation>Das Modell {name} ist gelöscht.</translation>
  </message>
  <message>
   <source>The model {name} is taken out of the list; its file stays where it is.</source>
   <translation>Das Modell {name} ist aus der Liste genommen; seine Datei bleibt, wo sie ist.</translation>
  </message>
  <message>
   <source>The model's emotions will stand here</source>
   <translation>Hier werden die Emotionen des Modells stehen</translation>
  </message>
  <message>
   <source>The name has letters, digits, - and _ only, since the file is called after it.</source>
   <translation>Der Name hat nur Buchstaben, Ziffern, - und _, denn die Datei heißt danach.</translation>
  </message>
  <message>
   <source>The name of a model file ends in .onnx. Rename it.</source>
   <translation>Der Name einer Modelldatei endet auf .onnx. Benennen Sie die Datei um.</translation>
  </message>
  <message>
   <source>The next likely answer</source>
   <translation>Die nächstwahrscheinliche Antwort</translation>
  </message>
  <message>
   <source>The numbers of this view</source>
   <translation>Die Zahlen dieser Ansicht</translation>
  </message>
  <message>
   <source>The page Sessions shows it, or keeps none.</source>
   <translation>Die Seite Sitzungen zeigt sie oder schaltet das Speichern ab.</translation>
  </message>
  <message>
   <source>The power in bands that are as wide as the ear's: narrow below 1 kHz, ever wider above. Most models of speech begin with it.</source>
   <translation>Die Leistung in Bändern, die so breit sind wie die des Gehörs: schmal unter 1 kHz, darüber immer breiter. Die meisten Sprachmodelle beginnen damit.</translation>
  </message>
  <message>
   <source>The process of the export ended early.</source>
   <translation>Der Exportprozess hat sich vorzeitig beendet.</translation>
  </message>
  <message>
   <source>The process that writes down what is said has failed.</source>
   <translation>Der Prozess, der aufschreibt, was gesagt wird, ist gescheitert.</translation>
  </message>
  <message>
   <source>The recipes are being listed …</source>
   <translation>Die Rezepte werden aufgelistet …</translation>
  </message>
  <message>
   <source>The recording brought down the process that decoded it.</source>
   <translation>Die Aufnahme hat den Prozess zum Absturz gebracht, der sie dekodiert hat.</translation>
  </message>
  <message>
   <source>The recording cannot be read any further.</source>
   <translation>Die Aufnahme kann nicht weiter gelesen werden.</translation>
  </message>
  <message>
   <source>The recording cannot be read or decoded.</source>
   <translation>Die Aufnahme kann nicht gelesen oder dekodiert werden.</translation>
  </message>
  <message>
   <source>The recording has ended.</source>
   <translation>Die Aufnahme ist zu Ende.</translation>
  </message>
  <message>
   <source>The recording has reached its largest size and ends here.</source>
   <translation>Die Tonaufzeichnung hat ihre größte erlaubte Länge erreicht und endet hier.</translation>
  </message>
  <message>
   <source>The recording is damaged.</source>
   <translation>Die Aufnahme ist beschädigt.</translation>
  </message>
  <message>
   <source>The recording is damaged: a part of it is missing.</source>
   <translation>Die Aufnahme ist beschädigt: Ein Teil fehlt.</translation>
  </message>
  <message>
   <source>The recording is damaged: from {at} on not all can be decoded, and times after it may be wrong.</source>
   <translation>Die Aufnahme ist beschädigt: Ab {at} lässt sich nicht alles dekodieren, Zeiten danach können falsch sein.</translation>
  </message>
  <message>
   <source>The recording is damaged: from {at} on, about {about_s} s of sound may be missing, so times after it may be wrong.</source>
   <translation>Die Aufnahme ist beschädigt: Ab {at} fehlen etwa {about_s} s Ton, Zeiten danach können falsch sein.</translation>
  </message>
  <message>
   <source>The recording is longer than is allowed.</source>
   <translation>Die Aufnahme ist länger als erlaubt.</translation>
  </message>
  <message>
   <source>The recording is not complete.</source>
   <translation>Die Aufnahme ist unvollständig.</translation>
  </message>
  <message>
   <source>The recording is not complete: it breaks off after {found_s} s.</source>
   <translation>Die Aufnahme ist unvollständig: Sie bricht nach {found_s} s ab.</translation>
  </message>
  <message>
   <source>The recording is not complete: it should last {promised_s} s, and {found_s} s of it are there.</source>
   <translation>Die Aufnahme ist unvollständig: Sie sollte {promised_s} s lang sein, vorhanden sind {found_s} s.</translation>
  </message>
  <message>
   <source>The recording is too short to be judged.</source>
   <translation>Die Aufnahme ist zu kurz, um beurteilt zu werden.</translation>
  </message>
  <message>
   <source>The recording is too short to be judged: it lasts {duration_s} s, and it takes at least {least_s} s of speech.</source>
   <translation>Die Aufnahme ist zu kurz, um beurteilt zu werden: Sie dauert {duration_s} s, und es braucht mindestens {least_s} s Sprache.</translation>
  </message>
  <message>
   <source>The recording is too short to hold speech.</source>
   <translation>Die Aufnahme ist zu kurz, um Sprache zu enthalten.</translation>
  </message>
  <message>
   <source>The recording plays; a result appears as soon as somebody speaks.</source>
   <translation>Die Aufnahme läuft; ein Ergebnis erscheint, sobald jemand spricht.</translation>
  </message>
  <message>
   <source>The recordings are not what they should be.</source>
   <translation>Die Aufnahmen sind nicht so, wie sie sein sollten.</translation>
  </message>
  <message>
   <source>The root of the mean square of each frame, below as it is and above as a level: how loud the sound is. 0 dBFS would be a square wave at full scale.</source>
   <translation>Die Wurzel des mittleren Quadrats jedes Fensters, unten unverändert, oben als Pegel: wie laut der Ton ist. 0 dBFS wäre ein Rechtecksignal bei Vollausschlag.</translation>
  </message>
  <message>
   <source>The same poles as s = ln(z) · fs. Upwards is the frequency, and to the left how fast each resonance dies away: left of the axis the system is stable. The zeros at z = 0 lie infinitely far to the left.</source>
   <translation>Dieselben Pole als s = ln(z) · fs. Nach oben die Frequenz, nach links, wie schnell jede Resonanz abklingt: Links der Achse ist das System stabil. Die Nullstellen bei z = 0 liegen unendlich weit links.</translation>
  </message>
  <message>
   <source>The same system as poles (×) and zeros (○). The angle is the frequency, and the closer a pole is to the unit circle, the narrower its resonance; inside of it the system is stable.</source>
   <translation>Dasselbe System als Pole (×) und Nullstellen (○). Der Winkel ist die Frequenz, und je näher ein Pol am Einheitskreis liegt, desto schmaler ist seine Resonanz; im Inneren ist das System stabil.</translation>
  </message>
  <message>
   <source>The sample rate is below the model's: the highest frequencies are missing.</source>
   <translation>Die Abtastrate liegt unter der des Modells: Die höchsten Frequenzen fehlen.</translation>
  </message>
  <message>
   <source>The sample rate or the number of channels cannot be right: the header is damaged. Export the recording again.</source>
   <translation>Abtastrate oder Kanalzahl können nicht stimmen: Der Dateikopf ist beschädigt. Exportieren Sie die Aufnahme noch einmal.</translation>
  </message>
  <message>
   <source>The second model '{name}' does not answer any more, so it was switched off.</source>
   <translation>Das zweite Modell „{name}“ antwortet nicht mehr und wurde ausgeschaltet.</translation>
  </message>
  <message>
   <source>The service cannot go on.</source>
   <translation>Der Dienst kann nicht weiterarbeiten.</translation>
  </message>
  <message>
   <source>The service cannot listen at this address.</source>
   <translation>Der Dienst kann unter dieser Adresse keine Anfragen annehmen.</translation>
  </message>
  <message>
   <source>The service cannot understand the request.</source>
   <translation>Der Dienst versteht die Anfrage nicht.</translation>
  </message>
  <message>
   <source>The service does not write down what is said.</source>
   <translation>Der Dienst schreibt nicht auf, was gesagt wird.</translation>
  </message>
  <message>
   <source>The service has no such session.</source>
   <translation>Der Dienst hat keine solche Sitzung.</translation>
  </message>
  <message>
   <source>The service has nothing at this address.</source>
   <translation>Unter dieser Adresse hat der Dienst nichts.</translation>
  </message>
  <message>
   <source>The service has too much to do. Try again in some seconds.</source>
   <translation>Der Dienst hat zu viel zu tun. In einigen Sekunden noch einmal versuchen.</translation>
  </message>
  <message>
   <source>The service is ending. Try again when it has started anew.</source>
   <translation>Der Dienst wird gerade beendet. Noch einmal versuchen, wenn er wieder läuft.</translation>
  </message>
  <message>
   <source>The service needs a longer key, or one at all.</source>
   <translation>Der Dienst braucht einen längeren Schlüssel oder überhaupt einen.</translation>
  </message>
  <message>
   <source>The service needs its key.</source>
   <translation>Der Dienst braucht seinen Schlüssel.</translation>
  </message>
  <message>
   <source>The service takes no such request.</source>
   <translation>Der Dienst nimmt eine solche Anfrage nicht an.</translation>
  </message>
  <message>
   <source>The session is being written. End it first.</source>
   <translation>Die Sitzung wird gerade aufgezeichnet. Beenden Sie sie zuerst.</translation>
  </message>
  <message>
   <source>The session or the database was moved or deleted while it was in use.</source>
   <translation>Die Sitzung oder die Datenbank wurde während der Benutzung verschoben oder gelöscht.</translation>
  </message>
  <message>
   <source>The session over time</source>
   <translation>Die Sitzung über die Zeit</translation>
  </message>
  <message>
   <source>The sessions cannot be kept or read.</source>
   <translation>Die Sitzungen lassen sich nicht speichern oder lesen.</translation>
  </message>
  <message>
   <source>The sessions were written by a newer version of Emoscope. Update the program.</source>
   <translation>Die Sitzungen wurden von einer neueren Version von Emoscope geschrieben. Aktualisieren Sie das Programm.</translation>
  </message>
  <message>
   <source>The settings '{path}' are damaged. Defaults are in use; the damaged file is kept as '{aside}' when new ones are saved.</source>
   <translation>Die Einstellungen „{path}“ sind beschädigt. Es gelten die Vorgaben; die beschädigte Datei bleibt als „{aside}“ erhalten, wenn neue gespeichert werden.</translation>
  </message>
  <message>
   <source>The settings '{path}' cannot be read: {why}. Defaults are in use.</source>
   <translation>Die Einstellungen „{path}“ lassen sich nicht lesen ({why}). Es gelten die Vorgaben.</translation>
  </message>
  <message>
   <source>The settings cannot be read.</source>
   <translation>Die Einstellungen lassen sich nicht lesen.</translation>
  </message>
  <message>
   <source>The settings of {name} are in use.</source>
   <translation>Die Einstellungen aus {name} gelten jetzt.</translation>
  </message>
  <message>
   <source>The share in which a frame overlaps the next one</source>
   <translation>Der Anteil, um den ein Frame den nächsten überlappt</translation>
  </message>
  <message>
   <source>The share of samples at which the sign changes. It is high for hissing sounds such as s, and low for vowels.</source>
   <translation>Der Anteil der Abtastwerte, an denen das Vorzeichen wechselt. Hoch bei Zischlauten wie s, niedrig bei Vokalen.</translation>
  </message>
  <message>
   <source>The shipped model was changed or not copied whole. Install the program again.</source>
   <translation>Das mitgelieferte Modell wurde verändert oder unvollständig kopiert. Installieren Sie das Programm neu.</translation>
  </message>
  <message>
   <source>The sound cannot be kept for playing. Free some space on the disk.</source>
   <translation>Der Ton lässt sich nicht zum Abspielen zwischenspeichern. Schaffen Sie Platz auf dem Datenträger.</translation>
  </message>
  <message>
   <source>The sound cannot be used.</source>
   <translation>Der Ton kann nicht verwendet werden.</translation>
  </message>
  <message>
   <source>The sound exceeds full scale: {percent} % of the samples do, up to {peak_dbfs} dBFS. It is scaled down to be judged; what was clipped before stays so.</source>
   <translation>Der Ton übersteigt den Vollausschlag: {percent} % der Abtastwerte, bis {peak_dbfs} dBFS. Er wird zur Beurteilung herunterskaliert; was vorher übersteuert war, bleibt es.</translation>
  </message>
  <message>
   <source>The sound has a constant offset (DC) of {offset} of full scale, so emotions are doubtful.</source>
   <translation>Der Ton hat einen Gleichanteil (DC) von {offset} des Vollausschlags, die Emotionen sind daher zweifelhaft.</translation>
  </message>
  <message>
   <source>The sound has a constant offset (DC), so emotions are doubtful.</source>
   <translation>Der Ton hat einen Gleichanteil (DC), die Emotionen sind daher zweifelhaft.</translation>
  </message>
  <message>
   <source>The sound has {sample_rate} Hz and the model was trained at {model_rate} Hz: the highest frequencies are missing.</source>
   <translation>Der Ton hat {sample_rate} Hz, das Modell wurde mit {model_rate} Hz trainiert: Die höchsten Frequenzen fehlen.</translation>
  </message>
  <message>
   <source>The sound is clipped, so emotions are doubtful. Turn the level down.</source>
   <translation>Der Ton ist übersteuert, die Emotionen sind daher zweifelhaft. Regeln Sie den Pegel herunter.</translation>
  </message>
  <message>
   <source>The sound is clipped: turn its level down.</source>
   <translation>Der Ton ist übersteuert: Pegel herunterregeln.</translation>
  </message>
  <message>
   <source>The sound is clipped: {percent} % of the samples are at full scale, so emotions are doubtful. Turn the level down.</source>
   <translation>Der Ton ist übersteuert: {percent} % der Abtastwerte liegen am Anschlag, die Emotionen sind daher zweifelhaft. Regeln Sie den Pegel herunter.</translation>
  </message>
  <message>
   <source>The sound is very quiet. Turn the level up, or come closer to the microphone.</source>
   <translation>Der Ton ist sehr leise. Regeln Sie den Pegel hoch oder gehen Sie näher ans Mikrofon.</translation>
  </message>
  <message>
   <source>The sound is very quiet: peak {peak_dbfs} dBFS. Turn the level up, or come closer to the microphone.</source>
   <translation>Der Ton ist sehr leise: Spitze {peak_dbfs} dBFS. Regeln Sie den Pegel hoch oder gehen Sie näher ans Mikrofon.</translation>
  </message>
  <message>
   <source>The sound of another clip, counted once: {clips}.</source>
   <translation>Ton eines anderen Clips, nur einmal gezählt: {clips}.</translation>
  </message>
  <message>
   <source>The sound of the session cannot be deleted. The session stays until it can be.</source>
   <translation>Der Ton der Sitzung lässt sich nicht löschen. Die Sitzung bleibt, bis das möglich ist.</translation>
  </message>
  <message>
   <source>The sound of this session is not there any more</source>
   <translation>Der Ton dieser Sitzung ist nicht mehr da</translation>
  </message>
  <message>
   <source>The sound of this utterance was not kept.</source>
   <translation>Der Ton dieser Äußerung wurde nicht gespeichert.</translation>
  </message>
  <message>
   <source>The sound output does not open. Choose another one, or close the program that uses it.</source>
   <translation>Die Tonausgabe lässt sich nicht öffnen. Wählen Sie eine andere oder schließen Sie das Programm, das sie benutzt.</translation>
  </message>
  <message>
   <source>The sound output is gone, so nothing is played any more. Connect it again, or play on through the default output.</source>
   <translation>Die Tonausgabe ist verschwunden, die Wiedergabe wurde beendet. Schließen Sie sie wieder an oder verwenden Sie die Standardausgabe.</translation>
  </message>
  <message>
   <source>The sound system delivered what cannot be used.</source>
   <translation>Das Audiosystem hat unbrauchbare Daten geliefert.</translation>
  </message>
  <message>
   <source>The sound system does not answer. If it stays so, restart it, reconnect the microphone or restart Emoscope.</source>
   <translation>Das Audiosystem antwortet nicht. Bleibt es dabei, starten Sie es neu, schließen Sie das Mikrofon neu an oder starten Sie Emoscope neu.</translation>
  </message>
  <message>
   <source>The spectrum frame by frame. A longer window tells frequencies apart better and moments worse; more overlap gives more frames, not more detail.</source>
   <translation>Das Spektrum Fenster für Fenster. Ein längeres Fenster trennt Frequenzen besser und Zeitpunkte schlechter; mehr Überlappung bringt mehr Fenster, nicht mehr Einzelheiten.</translation>
  </message>
  <message>
   <source>The speed of the model could not be measured.</source>
   <translation>Die Geschwindigkeit des Modells konnte nicht gemessen werden.</translation>
  </message>
  <message>
   <source>The system's output</source>
   <translation>Ausgabe des Systems</translation>
  </message>
  <message>
   <source>The table is not UTF-8.</source>
   <translation>Die Tabelle ist nicht in UTF-8.</translation>
  </message>
  <message>
   <source>The tokenizer of the text model cannot be read.</source>
   <translation>Der Tokenizer des Textmodells lässt sich nicht lesen.</translation>
  </message>
  <message>
   <source>The training cannot go on.</source>
   <translation>Das Training kann nicht weitergehen.</translation>
  </message>
  <message>
   <source>The training process was ended from outside, as the system does where memory runs out.</source>
   <translation>Der Trainingsprozess wurde von außen beendet, wie es das System tut, wenn der Speicher ausgeht.</translation>
  </message>
  <message>
   <source>The training was cancelled.</source>
   <translation>Das Training wurde abgebrochen.</translation>
  </message>
  <message>
   <source>The upload did not come in time.</source>
   <translation>Die Aufnahme kam nicht rechtzeitig an.</translation>
  </message>
  <message>
   <source>The upload is larger than is allowed.</source>
   <translation>Die Aufnahme ist größer als erlaubt.</translation>
  </message>
  <message>
   <source>The utterances were answered with several emotions, and none of them stands for all of it. Each utterance has its own answer.</source>
   <translation>Die Äußerungen haben verschiedene Emotionen als Antwort, und keine davon steht für alles. Jede Äußerung hat ihre eigene Antwort.</translation>
  </message>
  <message>
   <source>The voice cannot be renamed or deleted.</source>
   <translation>Die Stimme lässt sich nicht umbenennen oder löschen.</translation>
  </message>
  <message>
   <source>The voice from before is known again.</source>
   <translation>Die Stimme von vorher ist wieder bekannt.</translation>
  </message>
  <message>
   <source>The voice of {before} was learnt with another model, so it is not used any more.</source>
   <translation>Die Stimme von {before} wurde mit einem anderen Modell gelernt und wird nicht mehr verwendet.</translation>
  </message>
  <message>
   <source>The voice of {name} is deleted.</source>
   <translation>Die Stimme von {name} ist gelöscht.</translation>
  </message>
  <message>
   <source>The voice profile cannot be used.</source>
   <translation>Das Stimmprofil kann nicht verwendet werden.</translation>
  </message>
  <message>
   <source>The voice profile is not there any more.</source>
   <translation>Das Stimmprofil ist nicht mehr da.</translation>
  </message>
  <message>
   <source>The voice profile, or the folder of voices, cannot be read.</source>
   <translation>Das Stimmprofil oder der Ordner der Stimmen lässt sich nicht lesen.</translation>
  </message>
  <message>
   <source>The voice that is heard</source>
   <translation>Die Stimme, die zu hören ist</translation>
  </message>
  <message>
   <source>The voices that are known, and teaching one</source>
   <translation>Die bekannten Stimmen, und eine neue anlernen</translation>
  </message>
  <message>
   <source>The weights of the shipped model are under CC BY-NC-SA 4.0, because of the recordings they were trained on: no commercial use, name the source, and share what you make of them under the same licence. The program itself is under the MIT licence.</source>
   <translation>Die Gewichte des mitgelieferten Modells stehen wegen der Aufnahmen, mit denen sie trainiert wurden, unter CC BY-NC-SA 4.0: keine kommerzielle Nutzung, Quelle nennen, Bearbeitungen unter derselben Lizenz weitergeben. Das Programm selbst steht unter der MIT-Lizenz.</translation>
  </message>
  <message>
   <source>The words say {words}, which the voice cannot tell.</source>
   <translation>Die Worte sagen: {words}. Das kennt das Modell der Stimme nicht.</translation>
  </message>
  <message>
   <source>Theme</source>
   <translation>Farbschema</translation>
  </message>
  <message>
   <source>There are different voices on the channels {voices}. One of them can be chosen under Channel.</source>
   <translation>Auf den Kanälen {voices} sind verschiedene Stimmen. Unter „Kanal“ lässt sich einer davon wählen.</translation>
  </message>
  <message>
   <source>There are different voices on the channels. One of them can be chosen under Channel.</source>
   <translation>Auf den Kanälen sind verschiedene Stimmen. Unter „Kanal“ lässt sich einer davon wählen.</translation>
  </message>
  <message>
   <source>There are no sessions in this folder.</source>
   <translation>In diesem Ordner sind keine Sitzungen.</translation>
  </message>
  <message>
   <source>There are only {channels} channels, so channel {channel} cannot be heard. Choose one that is there under Channel.</source>
   <translation>Es gibt nur {channels} Kanäle, Kanal {channel} ist nicht vorhanden. Wählen Sie unter „Kanal“ einen vorhandenen.</translation>
  </message>
  <message>
   <source>There are recordings of too few people to fit a fusion.</source>
   <translation>Es sind Aufnahmen von zu wenigen Menschen, um eine Fusion anzupassen.</translation>
  </message>
  <message>
   <source>There are too few different texts to learn from.</source>
   <translation>Es gibt zu wenige verschiedene Texte, um daraus zu lernen.</translation>
  </message>
  <message>
   <source>There is another file in its place by now.</source>
   <translation>An seiner Stelle liegt inzwischen eine andere Datei.</translation>
  </message>
  <message>
   <source>There is no file of this name.</source>
   <translation>Eine Datei dieses Namens gibt es nicht.</translation>
  </message>
  <message>
   <source>There is no folder yet: no model was added.</source>
   <translation>Es gibt noch keinen Ordner: kein Modell wurde hinzugefügt.</translation>
  </message>
  <message>
   <source>There is no folder yet: nothing was kept.</source>
   <translation>Es gibt noch keinen Ordner: nichts wurde gespeichert.</translation>
  </message>
  <message>
   <source>There is no microphone of this name, or there are several. Choose another one.</source>
   <translation>Ein Mikrofon dieses Namens gibt es nicht, oder es gibt mehrere. Wählen Sie ein anderes.</translation>
  </message>
  <message>
   <source>There is no microphone. Connect one, or open a recording.</source>
   <translation>Es ist kein Mikrofon vorhanden. Schließen Sie eines an oder öffnen Sie eine Aufnahme.</translation>
  </message>
  <message>
   <source>There is no model file of this name.</source>
   <translation>Eine Modelldatei dieses Namens gibt es nicht.</translation>
  </message>
  <message>
   <source>There is no model yet that could be asked.</source>
   <translation>Es gibt noch kein Modell, das gefragt werden könnte.</translation>
  </message>
  <message>
   <source>There is no model yet.</source>
   <translation>Es gibt noch kein Modell.</translation>
  </message>
  <message>
   <source>There is no other model that could be compared with it</source>
   <translation>Es gibt kein anderes Modell zum Vergleichen</translation>
  </message>
  <message>
   <source>There is no recording in this folder.</source>
   <translation>In diesem Ordner ist keine Aufnahme.</translation>
  </message>
  <message>
   <source>There is no room on the disk for the sessions. Make room on it: what is heard is kept in memory until then.</source>
   <translation>Auf dem Datenträger ist kein Platz für die Sitzungen. Schaffen Sie Platz: Bis dahin bleibt das Gehörte im Arbeitsspeicher.</translation>
  </message>
  <message>
   <source>There is no room to write '{path}': {problem}.</source>
   <translation>Für „{path}“ ist kein Platz: {problem}.</translation>
  </message>
  <message>
   <source>There is no room to write in the folder '{path}': {problem}.</source>
   <translation>Im Ordner „{path}“ ist kein Platz: {problem}.</translation>
  </message>
  <message>
   <source>There is no sound output. Connect loudspeakers or headphones, and play again.</source>
   <translation>Es gibt keine Tonausgabe. Schließen Sie Lautsprecher oder Kopfhörer an und starten Sie die Wiedergabe noch einmal.</translation>
  </message>
  <message>
   <source>There is no such channel. Choose one that is there under Channel.</source>
   <translation>Diesen Kanal gibt es nicht. Wählen Sie unter „Kanal“ einen vorhandenen.</translation>
  </message>
  <message>
   <source>There is no such session.</source>
   <translation>Diese Sitzung gibt es nicht.</translation>
  </message>
  <message>
   <source>There is no such sound track.</source>
   <translation>Diese Tonspur gibt es nicht.</translation>
  </message>
  <message>
   <source>There is no text model, so there is nothing to weigh.</source>
   <translation>Es gibt kein Textmodell; es gibt nichts zu gewichten.</translation>
  </message>
  <message>
   <source>There is not enough memory for the sessions.</source>
   <translation>Für die Sitzungen reicht der Arbeitsspeicher nicht.</translation>
  </message>
  <message>
   <source>There was no answer in time.</source>
   <translation>Es gab nicht rechtzeitig eine Antwort.</translation>
  </message>
  <message>
   <source>There was too little speech to judge by. Speak a little longer.</source>
   <translation>Es war zu wenig Sprache für ein Urteil. Sprechen Sie etwas länger.</translation>
  </message>
  <message>
   <source>These are no settings: {names}.</source>
   <translation>Das sind keine Einstellungen: {names}.</translation>
  </message>
  <message>
   <source>These boosted trees cannot be converted.</source>
   <translation>Diese Boosting-Bäume lassen sich nicht umwandeln.</translation>
  </message>
  <message>
   <source>These choices do not go together.</source>
   <translation>Diese Angaben passen nicht zusammen.</translation>
  </message>
  <message>
   <source>These emotions cannot be chosen with this model.</source>
   <translation>Diese Emotionen lassen sich mit diesem Modell nicht wählen.</translation>
  </message>
  <message>
   <source>These labels cannot be counted so.</source>
   <translation>Diese Labels lassen sich so nicht zählen.</translation>
  </message>
  <message>
   <source>These settings have values that cannot be used, and stay as they are: {names}.</source>
   <translation>Diese Einstellungen haben unbrauchbare Werte und bleiben, wie sie sind: {names}.</translation>
  </message>
  <message>
   <source>These settings have values that cannot be used, so their defaults are in use: {names}.</source>
   <translation>Diese Einstellungen haben unbrauchbare Werte, daher gelten ihre Vorgaben: {names}.</translation>
  </message>
  <message>
   <source>They differ by</source>
   <translation>Unterschied</translation>
  </message>
  <message>
   <source>This corpus is not known.</source>
   <translation>Dieser Korpus ist nicht bekannt.</translation>
  </message>
  <message>
   <source>This file is an input. Name another file for the output.</source>
   <translation>Diese Datei ist eine Eingabe. Wählen Sie eine andere Datei für die Ausgabe.</translation>
  </message>
  <message>
   <source>This folder holds a text model. Export it with emoscope-export hf.</source>
   <translation>Dieser Ordner enthält ein Textmodell. Exportieren Sie es mit emoscope-export hf.</translation>
  </message>
  <message>
   <source>This format needs FFmpeg, which this installation does not have.</source>
   <translation>Dieses Format braucht FFmpeg, das in dieser Installation fehlt.</translation>
  </message>
  <message>
   <source>This is a Git LFS pointer in place of the file. Fetch it: git lfs pull</source>
   <translation>Statt der Datei liegt hier ein Git-LFS-Zeiger. Holen Sie sie: git lfs pull</translation>
  </message>
  <message>
   <source>This is a Git LFS pointer in place of the model. Fetch the file: git lfs pull</source>
   <translation>Statt des Modells liegt hier ein Git-LFS-Zeiger. Holen Sie die Datei: git lfs pull</translation>
  </message>
  <message>
   <source>This is a Git LFS pointer in place of the voice profile. Fetch the file: git lfs pull</source>
   <translation>Statt des Stimmprofils liegt hier ein Git-LFS-Zeiger. Holen Sie die Datei: git lfs pull</translation>
  </message>
  <message>
   <source>This is a Git LFS pointer in place of the weights. Fetch them: git lfs pull</source>
   <translation>Statt der Gewichte liegt hier ein Git-LFS-Zeiger. Holen Sie sie: git lfs pull</translation>
  </message>
  <message>
   <source>This is a device or a pipe, not a file.</source>
   <translation>Das ist ein Gerät oder eine Pipe, keine Datei.</translation>
  </message>
  <message>
   <source>This is a folder, not a file.</source>
   <translation>Das ist ein Ordner, keine Datei.</translation>
  </message>
  <message>
   <source>This is a folder, not a model file.</source>
   <translation>Das ist ein Ordner, keine Modelldatei.</translation>
  </message>
  <message>
   <source>This is a folder, not a voice profile.</source>
   <translation>Das ist ein Ordner, kein Stimmprofil.</translation>
  </message>
  <message>
   <source>This is a folder, or one that cannot be read.</source>
   <translation>Das ist ein Ordner, oder der Ordner ist nicht lesbar.</translation>
  </message>
  <message>
   <source>This is a text model: it reads what was said and hears nothing.</source>
   <translation>Das ist ein Textmodell: Es liest, was gesagt wurde, und hört nichts.</translation>
  </message>
  <message>
   <source>This is a voice model: it cannot read what was said.</source>
   <translation>Das ist ein Stimmmodell: Es kann nicht lesen, was gesagt wurde.</translation>
  </message>
  <message>
   <source>This is a web page in place of the file. Download the file itself.</source>
   <translation>Statt der Datei liegt hier eine Webseite. Laden Sie die Datei selbst herunter.</translation>
  </message>
  <message>
   <source>This is a web page in place of the model. Download the file itself.</source>
   <translation>Statt des Modells liegt hier eine Webseite. Laden Sie die Datei selbst herunter.</translation>
  </message>
  <message>
   <source>This is a web page in place of the voice profile. Download the file itself.</source>
   <translation>Statt des Stimmprofils liegt hier eine Webseite. Laden Sie die Datei selbst herunter.</translation>
  </message>
  <message>
   <source>This is a web page in place of the weights. Download the file itself.</source>
   <translation>Statt der Gewichte liegt hier eine Webseite. Laden Sie die Datei selbst herunter.</translation>
  </message>
  <message>
   <source>This is no ONNX file, or only a part of one.</source>
   <translation>Das ist keine ONNX-Datei oder nur ein Teil davon.</translation>
  </message>
  <message>
   <source>This is no recording that can be read.</source>
   <translation>Das ist keine lesbare Aufnahme.</translation>
  </message>
  <message>
   <source>This is no regular file.</source>
   <translation>Das ist keine gewöhnliche Datei.</translation>
  </message>
  <message>
   <source>This is no table of labelled texts.</source>
   <translation>Das ist keine Tabelle mit Texten und ihren Emotionen.</translation>
  </message>
  <message>
   <source>This model came with the program and is not deleted.</source>
   <translation>Dieses Modell gehört zum Programm und wird nicht gelöscht.</translation>
  </message>
  <message>
   <source>This model does not answer with emotions, so that none can be less likely without a part. Choose another model.</source>
   <translation>Dieses Modell antwortet nicht mit Emotionen, daher kann ohne einen Teil auch keine unwahrscheinlicher werden. Wählen Sie ein anderes Modell.</translation>
  </message>
  <message>
   <source>This model knows English only: other languages become nonsense.</source>
   <translation>Dieses Modell kann nur Englisch: Aus anderen Sprachen wird Unsinn.</translation>
  </message>
  <message>
   <source>This model knows no voices</source>
   <translation>Dieses Modell kennt keine Stimmen</translation>
  </message>
  <message>
   <source>This package of the program cannot export: PyTorch is not part of it. Install the program with Python and the extra “train”, and export there.</source>
   <translation>Dieses Programmpaket kann nicht exportieren: PyTorch gehört nicht dazu. Installieren Sie das Programm mit Python und dem Extra „train“ und exportieren Sie dort.</translation>
  </message>
  <message>
   <source>This package of the program cannot train: PyTorch is not part of it. Install the program with Python and the extra “train”, and train there.</source>
   <translation>Dieses Programmpaket kann nicht trainieren: PyTorch gehört nicht dazu. Installieren Sie das Programm mit Python und dem Extra „train“ und trainieren Sie dort.</translation>
  </message>
  <message>
   <source>This recipe needs weights, or time, that this computer does not have.</source>
   <translation>Dieses Rezept braucht Gewichte oder Zeit, die dieser Rechner nicht hat.</translation>
  </message>
  <message>
   <source>This session is being kept now: end it first</source>
   <translation>Diese Sitzung wird gerade aufgezeichnet: Beenden Sie sie zuerst</translation>
  </message>
  <message>
   <source>This sound library does not open microphones.</source>
   <translation>Diese Audiobibliothek kann kein Mikrofon öffnen.</translation>
  </message>
  <message>
   <source>This stretch is too short. Choose a longer one.</source>
   <translation>Dieser Abschnitt ist zu kurz. Wählen Sie einen längeren.</translation>
  </message>
  <message>
   <source>This voice or microphone is unlike those that the model learnt from. Speak on: the program gets used to a voice while it hears it. Or make a voice profile.</source>
   <translation>Diese Stimme oder dieses Mikrofon gleicht keiner der gelernten. Sprechen Sie weiter: Das Programm gewöhnt sich beim Hören an eine Stimme. Oder legen Sie ein Stimmprofil an.</translation>
  </message>
  <message>
   <source>This way of finding speech cannot be used.</source>
   <translation>Diese Art der Spracherkennung im Ton kann nicht verwendet werden.</translation>
  </message>
  <message>
   <source>Those that are left out are no answer any more; their probability is divided among the others. At least two stay.</source>
   <translation>Ausgelassene sind keine Antwort mehr; ihre Wahrscheinlichkeit verteilt sich auf die anderen. Mindestens zwei bleiben.</translation>
  </message>
  <message>
   <source>Three convolution blocks and a GRU on a log-mel spectrogram.</source>
   <translation>Drei Faltungsblöcke und eine GRU auf einem Log-Mel-Spektrogramm.</translation>
  </message>
  <message>
   <source>Three convolution blocks on a grey log-mel image of 128 x 128.</source>
   <translation>Drei Faltungsblöcke auf einem grauen Log-Mel-Bild von 128 × 128.</translation>
  </message>
  <message>
   <source>Three emotions or more are about equally likely. There is nothing to be done about it.</source>
   <translation>Drei oder mehr Emotionen sind etwa gleich wahrscheinlich. Daran lässt sich nichts ändern.</translation>
  </message>
  <message>
   <source>Time</source>
   <translation>Zeit</translation>
  </message>
  <message>
   <source>Time its answers here once more</source>
   <translation>Seine Antworten hier noch einmal messen</translation>
  </message>
  <message>
   <source>Timeline of the recording</source>
   <translation>Zeitleiste der Aufnahme</translation>
  </message>
  <message>
   <source>Tired</source>
   <translation>Müde</translation>
  </message>
  <message>
   <source>To export, {names} must be installed; the extra “train” brings it all, about 1 GB. Run this line in the project folder, then start Emoscope again:</source>
   <translation>Zum Exportieren müssen {names} installiert sein; das Extra „train“ bringt alles mit, etwa 1 GB. Führen Sie diese Zeile im Projektordner aus und starten Sie Emoscope neu:</translation>
  </message>
  <message>
   <source>Tones</source>
   <translation>Töne</translation>
  </message>
  <message>
   <source>Tonnetz</source>
   <translation>Tonnetz</translation>
  </message>
  <message>
   <source>Too loud</source>
   <translation>Zu laut</translation>
  </message>
  <message>
   <source>Too loud: clipping</source>
   <translation>Zu laut: übersteuert</translation>
  </message>
  <message>
   <source>Too short</source>
   <translation>Zu kurz</translation>
  </message>
  <message>
   <source>Topic {place} of {count}</source>
   <translation>Thema {place} von {count}</translation>
  </message>
  <message>
   <source>Train</source>
   <translation>Trainieren</translation>
  </message>
  <message>
   <source>Train a model</source>
   <translation>Ein Modell trainieren</translation>
  </message>
  <message>
   <source>Train a model of your own, and see what it is worth</source>
   <translation>Ein eigenes Modell trainieren und sehen, was es taugt</translation>
  </message>
  <message>
   <source>Train another</source>
   <translation>Ein weiteres trainieren</translation>
  </message>
  <message>
   <source>Training curves</source>
   <translation>Trainingskurven</translation>
  </message>
  <message>
   <source>Training is not installed</source>
   <translation>Training ist nicht installiert</translation>
  </message>
  <message>
   <source>Trouble</source>
   <translation>Störung</translation>
  </message>
  <message>
   <source>Try again</source>
   <translation>Erneut versuchen</translation>
  </message>
  <message>
   <source>Try “emoscope doctor” in a terminal.</source>
   <translation>„emoscope doctor“ in einem Terminal versuchen.</translation>
  </message>
  <message>
   <source>Trying {name} in a process of its own</source>
   <translation>{name} wird in einem eigenen Prozess erprobt</translation>
  </message>
  <message>
   <source>Two emotions or more are about equally likely. There is nothing to be done about it.</source>
   <translation>Zwei oder mehr Emotionen sind etwa gleich wahrscheinlich. Daran lässt sich nichts ändern.</translation>
  </message>
  <message>
   <source>Two models are compared by the emotions that they answer with, and one of these gives dimensions.</source>
   <translation>Zwei Modelle werden nach den Emotionen verglichen, mit denen sie antworten, und eines davon gibt Dimensionen.</translation>
  </message>
  <message>
   <source>Two outputs cannot go to the same place.</source>
   <translation>Zwei Ausgaben können nicht am selben Ort landen.</translation>
  </message>
  <message>
   <source>Two sessions side by side</source>
   <translation>Zwei Sitzungen nebeneinander</translation>
  </message>
  <message>
   <source>UAR of each fit, on what it has not learnt</source>
   <translation>UAR jedes Durchlaufs, an Daten, die er nicht gelernt hat</translation>
  </message>
  <message>
   <source>UAR of trimmed clips {value} %</source>
   <translation>UAR zugeschnittener Clips {value} %</translation>
  </message>
  <message>
   <source>UAR {figure}; guessing gives {chance}</source>
   <translation>UAR {figure}; Raten ergibt {chance}</translation>
  </message>
  <message>
   <source>UAR {mean} % of the first fold</source>
   <translation>UAR {mean} % aus der ersten Teilung</translation>
  </message>
  <message>
   <source>UAR {mean} % of {count} folds so far</source>
   <translation>UAR {mean} % aus bisher {count} Teilungen</translation>
  </message>
  <message>
   <source>UAR {uar} % [{low}, {high}] on {clips} clips of voices that it knows. Of people whom it has not heard, expect less.</source>
   <translation>UAR {uar} % [{low}, {high}] an {clips} Clips von Stimmen, die es kennt. Bei nie gehörten Personen ist weniger zu erwarten.</translation>
  </message>
  <message>
   <source>UAR {uar} % [{low}, {high}] on {speakers} speakers whom it had not heard.</source>
   <translation>UAR {uar} % [{low}, {high}] an {speakers} nie gehörten Sprechern.</translation>
  </message>
  <message>
   <source>UAR {uar} % on one speaker whom it had not heard: too few to tell how sure that is.</source>
   <translation>UAR {uar} % an einem nie gehörten Sprecher: zu wenig, um zu sagen, wie sicher das ist.</translation>
  </message>
  <message>
   <source>UAR {uar} % on {clips} clips of voices that it knows. Of people whom it has not heard, expect less.</source>
   <translation>UAR {uar} % an {clips} Clips von Stimmen, die es kennt. Bei nie gehörten Personen ist weniger zu erwarten.</translation>
  </message>
  <message>
   <source>UAR, unweighted average recall: how many of each emotion's clips are right, averaged over the emotions. The band is the 95 % interval, as far as the file gives one.</source>
   <translation>UAR, ungewichtete mittlere Trefferquote: wie viele Clips jeder Emotion richtig sind, gemittelt über die Emotionen. Das Band ist das 95-%-Intervall, soweit die Datei eines angibt.</translation>
  </message>
  <message>
   <source>Uncertain</source>
   <translation>Unsicher</translation>
  </message>
  <message>
   <source>Uncertain ({closest})</source>
   <translation>Unsicher ({closest})</translation>
  </message>
  <message>
   <source>Uncertain below {share}; temperature {temperature}</source>
   <translation>Unsicher unter {share}; Temperatur {temperature}</translation>
  </message>
  <message>
   <source>Uncertain: {values}</source>
   <translation>Unsicher: {values}</translation>
  </message>
  <message>
   <source>Uncertain: {why} ({closest})</source>
   <translation>Unsicher: {why} ({closest})</translation>
  </message>
  <message>
   <source>Under the pointer</source>
   <translation>Unter dem Zeiger</translation>
  </message>
  <message>
   <source>Undo</source>
   <translation>Rückgängig</translation>
  </message>
  <message>
   <source>Undo {name}</source>
   <translation>Rückgängig: {name}</translation>
  </message>
  <message>
   <source>Undone: {what}.</source>
   <translation>Rückgängig gemacht: {what}.</translation>
  </message>
  <message>
   <source>Use</source>
   <translation>Verwenden</translation>
  </message>
  <message>
   <source>Use this model from now on, and listen</source>
   <translation>Dieses Modell von jetzt an verwenden und zuhören</translation>
  </message>
  <message>
   <source>Utterances</source>
   <translation>Äußerungen</translation>
  </message>
  <message>
   <source>Utterances per minute</source>
   <translation>Äußerungen je Minute</translation>
  </message>
  <message>
   <source>Value</source>
   <translation>Wert</translation>
  </message>
  <message>
   <source>Values</source>
   <translation>Werte</translation>
  </message>
  <message>
   <source>Values of the dimensions</source>
   <translation>Werte der Dimensionen</translation>
  </message>
  <message>
   <source>Version {number}</source>
   <translation>Version {number}</translation>
  </message>
  <message>
   <source>Version {version}. An oscilloscope for emotion in the voice.</source>
   <translation>Version {version}. Ein Oszilloskop für Emotionen in der Stimme.</translation>
  </message>
  <message>
   <source>Very quiet</source>
   <translation>Sehr leise</translation>
  </message>
  <message>
   <source>View</source>
   <translation>Ansicht</translation>
  </message>
  <message>
   <source>Views</source>
   <translation>Ansichten</translation>
  </message>
  <message>
   <source>Voice</source>
   <translation>Stimme</translation>
  </message>
  <message>
   <source>Voice and words together</source>
   <translation>Stimme und Worte zusammen</translation>
  </message>
  <message>
   <source>Voice and words together are not better than the voice alone.</source>
   <translation>Stimme und Worte zusammen sind nicht besser als die Stimme allein.</translation>
  </message>
  <message>
   <source>Voice of the chosen segment</source>
   <translation>Stimme des gewählten Segments</translation>
  </message>
  <message>
   <source>Voice profiles (*{ending});;All files (*)</source>
   <translation>Stimmprofile (*{ending});;Alle Dateien (*)</translation>
  </message>
  <message>
   <source>Voice: {emotion}</source>
   <translation>Stimme: {emotion}</translation>
  </message>
  <message>
   <source>Voice: {known}</source>
   <translation>Stimme: {known}</translation>
  </message>
  <message>
   <source>Voices</source>
   <translation>Stimmen</translation>
  </message>
  <message>
   <source>Voices that are kept</source>
   <translation>Gespeicherte Stimmen</translation>
  </message>
  <message>
   <source>Volume</source>
   <translation>Lautstärke</translation>
  </message>
  <message>
   <source>Volume, and where it is played</source>
   <translation>Lautstärke und Ausgabegerät</translation>
  </message>
  <message>
   <source>Waits</source>
   <translation>Wartet</translation>
  </message>
  <message>
   <source>Waits for its turn</source>
   <translation>Wartet, bis es an der Reihe ist</translation>
  </message>
  <message>
   <source>Warning</source>
   <translation>Warnung</translation>
  </message>
  <message>
   <source>Warnings</source>
   <translation>Warnungen</translation>
  </message>
  <message>
   <source>WebVTT subtitles</source>
   <translation>WebVTT-Untertitel</translation>
  </message>
  <message>
   <source>Weights are missing or do not fit.</source>
   <translation>Gewichte fehlen oder passen nicht.</translation>
  </message>
  <message>
   <source>Weights for this model and this text model, made with emoscope-models fuse. Without them each answers by itself.</source>
   <translation>Gewichte für dieses Modell und dieses Textmodell, erstellt mit emoscope-models fuse. Ohne sie antwortet jedes für sich.</translation>
  </message>
  <message>
   <source>Welcome to Emoscope</source>
   <translation>Willkommen bei Emoscope</translation>
  </message>
  <message>
   <source>What</source>
   <translation>Was</translation>
  </message>
  <message>
   <source>What ONNX Runtime really uses, asked after the model was loaded</source>
   <translation>Was ONNX Runtime wirklich verwendet, erfragt nach dem Laden des Modells</translation>
  </message>
  <message>
   <source>What a label is worth</source>
   <translation>Was eine Angabe wert ist</translation>
  </message>
  <message>
   <source>What a stretch of sound consists of, and what the model hears in it</source>
   <translation>Woraus ein Ausschnitt besteht und was das Modell darin hört</translation>
  </message>
  <message>
   <source>What each key does</source>
   <translation>Was jede Taste tut</translation>
  </message>
  <message>
   <source>What is heard is recorded with the session; the menu switches it off</source>
   <translation>Was zu hören ist, wird mit der Sitzung aufgenommen; das Menü schaltet es aus</translation>
  </message>
  <message>
   <source>What is heard is written to the disk, as sound, too</source>
   <translation>Was zu hören ist, wird auch als Ton auf die Festplatte geschrieben</translation>
  </message>
  <message>
   <source>What is heard now</source>
   <translation>Was gerade zu hören ist</translation>
  </message>
  <message>
   <source>What is heard of several channels: auto takes their mix where that is safe, else the better one</source>
   <translation>Was von mehreren Kanälen zu hören ist: auto nimmt ihre Mischung, wo das sicher ist, sonst den besseren</translation>
  </message>
  <message>
   <source>What is heard of several channels: auto takes their mix where that is safe, else the better one.</source>
   <translation>Was von mehreren Kanälen gehört wird: „auto“ nimmt ihre Mischung, wo das sicher ist, sonst den besseren.</translation>
  </message>
  <message>
   <source>What is heard will stand here</source>
   <translation>Hier wird stehen, was zu hören ist</translation>
  </message>
  <message>
   <source>What is listened to</source>
   <translation>Wem zugehört wird</translation>
  </message>
  <message>
   <source>What is listened to. The system's default follows what you choose in the system.</source>
   <translation>Womit gehört wird. Der Standard des Systems folgt Ihrer Wahl im System.</translation>
  </message>
  <message>
   <source>What is said cannot be written down.</source>
   <translation>Was gesagt wird, lässt sich nicht aufschreiben.</translation>
  </message>
  <message>
   <source>What is said is not written down any more. What was kept stays with its session.</source>
   <translation>Was gesagt wird, wird nicht mehr aufgeschrieben. Was gespeichert wurde, bleibt bei seiner Sitzung.</translation>
  </message>
  <message>
   <source>What is said is not written down, so there is nothing to read.</source>
   <translation>Was gesagt wird, wird nicht aufgeschrieben; es gibt nichts zu lesen.</translation>
  </message>
  <message>
   <source>What is said is not written down, unless you switch that on (Settings, Model). The words then stand in the tables, in the sessions that are kept, and in all that you export.</source>
   <translation>Was gesagt wird, wird nicht aufgeschrieben, außer Sie schalten es ein (Einstellungen, Modell). Die Worte stehen dann in den Tabellen, in den gespeicherten Sitzungen und in allem, was Sie exportieren.</translation>
  </message>
  <message>
   <source>What is said is not written down: faster-whisper is not installed.</source>
   <translation>Was gesagt wird, wird nicht aufgeschrieben: faster-whisper ist nicht installiert.</translation>
  </message>
  <message>
   <source>What is said is not written down: there is no Whisper model.</source>
   <translation>Was gesagt wird, wird nicht aufgeschrieben: Es gibt kein Whisper-Modell.</translation>
  </message>
  <message>
   <source>What is said is written down from now on, and kept with the session on this computer. The page Sessions deletes it.</source>
   <translation>Was gesagt wird, wird ab jetzt aufgeschrieben und auf diesem Rechner mit der Sitzung gespeichert. Auf der Seite Sitzungen lässt es sich löschen.</translation>
  </message>
  <message>
   <source>What is said is written down from now on. No session keeps it.</source>
   <translation>Was gesagt wird, wird ab jetzt aufgeschrieben. Keine Sitzung speichert es.</translation>
  </message>
  <message>
   <source>What is shown</source>
   <translation>Was zu sehen ist</translation>
  </message>
  <message>
   <source>What is trained</source>
   <translation>Was trainiert wird</translation>
  </message>
  <message>
   <source>What it does</source>
   <translation>Was es tut</translation>
  </message>
  <message>
   <source>What it is not for</source>
   <translation>Wofür es nicht gedacht ist</translation>
  </message>
  <message>
   <source>What it learns from</source>
   <translation>Woraus es lernt</translation>
  </message>
  <message>
   <source>What lies there is no database of sessions. Move it away.</source>
   <translation>Was dort liegt, ist keine Datenbank von Sitzungen. Verschieben Sie es.</translation>
  </message>
  <message>
   <source>What of EfficientNet-B2 can be trained on two cores: half its width and depth, grey images of 96 x 96, from random weights, and so at a higher rate than fine-tuning takes.</source>
   <translation>Was sich von EfficientNet-B2 auf zwei Kernen trainieren lässt: halbe Breite und Tiefe, graue Bilder von 96 × 96, ab zufälligen Gewichten und daher mit höherer Lernrate.</translation>
  </message>
  <message>
   <source>What of the stretch is shown</source>
   <translation>Was vom Ausschnitt zu sehen ist</translation>
  </message>
  <message>
   <source>What opens the microphone. Try PyAudio, if it is installed, where the default brings no sound.</source>
   <translation>Womit das Mikrofon geöffnet wird. Versuchen Sie PyAudio, falls installiert, wo die Vorgabe keinen Ton bringt.</translation>
  </message>
  <message>
   <source>What recognises the emotions</source>
   <translation>Was die Emotionen erkennt</translation>
  </message>
  <message>
   <source>What recognises the emotions. A model file can also be dropped on the window.</source>
   <translation>Womit Emotionen erkannt werden. Eine Modelldatei lässt sich auch auf das Fenster ziehen.</translation>
  </message>
  <message>
   <source>What the colours of the picture stand for</source>
   <translation>Wofür die Farben des Bildes stehen</translation>
  </message>
  <message>
   <source>What the model file says</source>
   <translation>Was die Modelldatei sagt</translation>
  </message>
  <message>
   <source>What the model heard</source>
   <translation>Was das Modell hörte</translation>
  </message>
  <message>
   <source>What the model's file says of itself, and what was measured here</source>
   <translation>Was die Modelldatei über sich sagt und was hier gemessen wurde</translation>
  </message>
  <message>
   <source>What the page Models keeps lies there; each can be chosen at the top of the window.</source>
   <translation>Dort liegt, was die Seite „Modelle“ aufbewahrt; jedes lässt sich oben im Fenster wählen.</translation>
  </message>
  <message>
   <source>What the second model answers</source>
   <translation>Was das zweite Modell antwortet</translation>
  </message>
  <message>
   <source>What the settings shown are about</source>
   <translation>Worum es in den gezeigten Einstellungen geht</translation>
  </message>
  <message>
   <source>What the system answers to a single click: one puff of the vocal folds, as the mouth shapes it.</source>
   <translation>Was das System auf einen einzelnen Klick antwortet: ein Luftstoß der Stimmlippen, wie ihn der Mund formt.</translation>
  </message>
  <message>
   <source>What to know of them</source>
   <translation>Was darüber zu wissen ist</translation>
  </message>
  <message>
   <source>What to type</source>
   <translation>Was einzugeben ist</translation>
  </message>
  <message>
   <source>What was heard by a microphone before, as far as it was kept</source>
   <translation>Was früher über ein Mikrofon zu hören war, soweit gespeichert</translation>
  </message>
  <message>
   <source>What was heard is cleared.</source>
   <translation>Das Gehörte ist geleert.</translation>
  </message>
  <message>
   <source>What was learnt so far is kept: it can go on from there.</source>
   <translation>Das bisher Gelernte bleibt: Von dort kann es weitergehen.</translation>
  </message>
  <message>
   <source>What was said</source>
   <translation>Was gesagt wurde</translation>
  </message>
  <message>
   <source>What was said in this session. Enter plays a row if its sound is kept, F2 writes a note, Ctrl+C copies</source>
   <translation>Was in dieser Sitzung gesagt wurde. Enter spielt eine Zeile ab, wenn ihr Ton gespeichert ist, F2 schreibt eine Notiz, Strg+C kopiert</translation>
  </message>
  <message>
   <source>What weighs voice and words cannot be used.</source>
   <translation>Was Stimme und Worte gewichtet, kann nicht verwendet werden.</translation>
  </message>
  <message>
   <source>What you have corrected of sessions whose sound was kept</source>
   <translation>Was an Sitzungen korrigiert wurde, deren Ton gespeichert ist</translation>
  </message>
  <message>
   <source>When you speak and how it sounds is kept on this computer as a session, with the sound, without words.</source>
   <translation>Wann gesprochen wird und wie es klingt, wird auf diesem Rechner als Sitzung gespeichert, mit dem Ton, ohne Wörter.</translation>
  </message>
  <message>
   <source>When you speak and how it sounds is kept on this computer as a session, without words or sound.</source>
   <translation>Wann gesprochen wird und wie es klingt, wird auf diesem Rechner als Sitzung gespeichert, ohne Wörter und Ton.</translation>
  </message>
  <message>
   <source>When you speak, what you say and how it sounds is kept on this computer as a session, with the sound.</source>
   <translation>Wann gesprochen wird, was gesagt wird und wie es klingt, wird auf diesem Rechner als Sitzung gespeichert, mit dem Ton.</translation>
  </message>
  <message>
   <source>When you speak, what you say and how it sounds is kept on this computer as a session, without sound.</source>
   <translation>Wann gesprochen wird, was gesagt wird und wie es klingt, wird auf diesem Rechner als Sitzung gespeichert, ohne Ton.</translation>
  </message>
  <message>
   <source>Where failures and warnings are written down</source>
   <translation>Wo Fehler und Warnungen aufgeschrieben werden</translation>
  </message>
  <message>
   <source>Where it is not sure enough it says “uncertain”, and why: too short to tell (speak longer), too much noise (come closer, or find a quieter place), an unfamiliar voice or microphone (speak on, it gets used to you; or make a voice profile), between two emotions or none clear enough (nothing to be done). Sounds in which nobody speaks are grey: “not a voice”.</source>
   <translation>Wo es nicht sicher genug ist, sagt es „unsicher“ und warum: zu kurz (länger sprechen), zu viel Störgeräusch (näher kommen oder einen ruhigeren Ort suchen), unbekannte Stimme oder unbekanntes Mikrofon (weitersprechen, es gewöhnt sich daran; oder ein Stimmprofil anlegen), zwischen zwei Emotionen oder keine deutlich genug (da ist nichts zu tun). Geräusche, in denen niemand spricht, sind grau: „keine Stimme“.</translation>
  </message>
  <message>
   <source>Where the model runs</source>
   <translation>Wo das Modell läuft</translation>
  </message>
  <message>
   <source>Whether '{label}' may be an answer</source>
   <translation>Ob „{label}“ eine Antwort sein darf</translation>
  </message>
  <message>
   <source>Whether both give the same answer; a dash where one gives none</source>
   <translation>Ob beide dieselbe Antwort geben; ein Strich, wo eins keine gibt</translation>
  </message>
  <message>
   <source>Whether the sound was kept</source>
   <translation>Ob der Ton gespeichert wurde</translation>
  </message>
  <message>
   <source>Which keys do what.</source>
   <translation>Welche Tasten was tun.</translation>
  </message>
  <message>
   <source>Which of the model's emotions may be answers.</source>
   <translation>Welche Emotionen des Modells als Antwort infrage kommen.</translation>
  </message>
  <message>
   <source>Which rows are shown</source>
   <translation>Welche Zeilen zu sehen sind</translation>
  </message>
  <message>
   <source>While a microphone is heard, it is kept when each utterance was and how it sounded, with your own names and notes. Words and sound are not kept. It lies in {folder}, on this computer alone.</source>
   <translation>Während ein Mikrofon läuft, wird gespeichert, wann jede Äußerung war und wie sie klang, mit Ihren Namen und Notizen. Wörter und Ton werden nicht gespeichert. Alles liegt in {folder}, nur auf diesem Rechner.</translation>
  </message>
  <message>
   <source>While a microphone is heard, it is kept when each utterance was and how it sounded, with your own names and notes. Words are not kept; the sound is, in a file beside them. It lies in {folder}, on this computer alone.</source>
   <translation>Während ein Mikrofon läuft, wird gespeichert, wann jede Äußerung war und wie sie klang, mit Ihren Namen und Notizen. Wörter werden nicht gespeichert, der Ton schon, in einer Datei daneben. Alles liegt in {folder}, nur auf diesem Rechner.</translation>
  </message>
  <message>
   <source>While a microphone is heard, it is kept when each utterance was, what was said and how it sounded, with your own names and notes, and the sound, in a file beside them. It lies in {folder}, on this computer alone.</source>
   <translation>Während ein Mikrofon läuft, wird gespeichert, wann jede Äußerung war, was gesagt wurde und wie es klang, mit Ihren Namen und Notizen, und der Ton, in einer Datei daneben. Alles liegt in {folder}, nur auf diesem Rechner.</translation>
  </message>
  <message>
   <source>While a microphone is heard, it is kept when each utterance was, what was said and how it sounded, with your own names and notes. Sound is not kept. It lies in {folder}, on this computer alone.</source>
   <translation>Während ein Mikrofon läuft, wird gespeichert, wann jede Äußerung war, was gesagt wurde und wie es klang, mit Ihren Namen und Notizen. Ton wird nicht gespeichert. Alles liegt in {folder}, nur auf diesem Rechner.</translation>
  </message>
  <message>
   <source>Who speaks</source>
   <translation>Wer spricht</translation>
  </message>
  <message>
   <source>Who speaks: {text}</source>
   <translation>Wer spricht: {text}</translation>
  </message>
  <message>
   <source>Whole session</source>
   <translation>Ganze Sitzung</translation>
  </message>
  <message>
   <source>Whose voice is it?</source>
   <translation>Wessen Stimme?</translation>
  </message>
  <message>
   <source>Whose voice it is</source>
   <translation>Wessen Stimme es ist</translation>
  </message>
  <message>
   <source>Why</source>
   <translation>Grund</translation>
  </message>
  <message>
   <source>Why uncertain</source>
   <translation>Warum unsicher</translation>
  </message>
  <message>
   <source>Width</source>
   <translation>Breite</translation>
  </message>
  <message>
   <source>Window</source>
   <translation>Fenster</translation>
  </message>
  <message>
   <source>Windows (samples)</source>
   <translation>Fenster (Samples)</translation>
  </message>
  <message>
   <source>With a note</source>
   <translation>Mit Notiz</translation>
  </message>
  <message>
   <source>Without all of a moment</source>
   <translation>Ohne alles eines Moments</translation>
  </message>
  <message>
   <source>Without the band</source>
   <translation>Ohne das Band</translation>
  </message>
  <message>
   <source>Words</source>
   <translation>Worte</translation>
  </message>
  <message>
   <source>Words and voice</source>
   <translation>Worte und Stimme</translation>
  </message>
  <message>
   <source>Words and voice disagree</source>
   <translation>Worte und Stimme widersprechen sich</translation>
  </message>
  <message>
   <source>Words and voice disagree: {words}, {voice}.</source>
   <translation>Worte und Stimme widersprechen sich: {words}, {voice}.</translation>
  </message>
  <message>
   <source>Words: {emotion}</source>
   <translation>Worte: {emotion}</translation>
  </message>
  <message>
   <source>Write a note about a segment</source>
   <translation>Eine Notiz zu einem Segment schreiben</translation>
  </message>
  <message>
   <source>Write down what is said</source>
   <translation>Aufschreiben, was gesagt wird</translation>
  </message>
  <message>
   <source>Write something about all of it</source>
   <translation>Etwas zum Ganzen schreiben</translation>
  </message>
  <message>
   <source>Write something about this moment</source>
   <translation>Etwas zu diesem Moment schreiben</translation>
  </message>
  <message>
   <source>Write these settings to a file</source>
   <translation>Diese Einstellungen in eine Datei schreiben</translation>
  </message>
  <message>
   <source>You are heard softly: come closer to the microphone.</source>
   <translation>Sie sind leise zu hören: Gehen Sie näher ans Mikrofon.</translation>
  </message>
  <message>
   <source>You are heard well.</source>
   <translation>Sie sind gut zu hören.</translation>
  </message>
  <message>
   <source>You say: {label}. The model says:</source>
   <translation>Eigenes Label: {label}. Das Modell sagt:</translation>
  </message>
  <message>
   <source>Your labels</source>
   <translation>Eigene Labels</translation>
  </message>
  <message>
   <source>Your words about this session; Enter changes one</source>
   <translation>Eigene Worte zu dieser Sitzung; Enter ändert eine Notiz</translation>
  </message>
  <message>
   <source>Your words on the whole session:</source>
   <translation>Eigene Worte zur ganzen Sitzung:</translation>
  </message>
  <message>
   <source>Your words on the whole session; without any, the note goes away:</source>
   <translation>Eigene Worte zur ganzen Sitzung; ohne Worte verschwindet die Notiz:</translation>
  </message>
  <message>
   <source>Your words on what was said at {time}:</source>
   <translation>Eigene Worte zu dem, was bei {time} gesagt wurde:</translation>
  </message>
  <message>
   <source>Your words on what was said at {time}; without any, the note goes away:</source>
   <translation>Eigene Worte zu dem, was bei {time} gesagt wurde; ohne Worte verschwindet die Notiz:</translation>
  </message>
  <message>
   <source>Zero crossings</source>
   <translation>Nulldurchgänge</translation>
  </message>
  <message>
   <source>a minute</source>
   <translation>eine Minute</translation>
  </message>
  <message>
   <source>a row for each utterance</source>
   <translation>eine Zeile je Äußerung</translation>
  </message>
  <message>
   <source>accuracy</source>
   <translation>Genauigkeit</translation>
  </message>
  <message>
   <source>activation</source>
   <translation>Aktivierung</translation>
  </message>
  <message>
   <source>active</source>
   <translation>aktiv</translation>
  </message>
  <message>
   <source>activity</source>
   <translation>Aktivität</translation>
  </message>
  <message>
   <source>adding models</source>
   <translation>Hinzufügen von Modellen</translation>
  </message>
  <message>
   <source>amused</source>
   <translation>belustigt</translation>
  </message>
  <message>
   <source>and {count} more</source>
   <translation>und {count} weitere</translation>
  </message>
  <message>
   <source>angry</source>
   <translation>wütend</translation>
  </message>
  <message>
   <source>arousal</source>
   <translation>Erregung</translation>
  </message>
  <message>
   <source>auto</source>
   <translation>auto</translation>
  </message>
  <message>
   <source>being kept now</source>
   <translation>läuft gerade</translation>
  </message>
  <message>
   <source>between several</source>
   <translation>zwischen mehreren</translation>
  </message>
  <message>
   <source>between several emotions</source>
   <translation>zwischen mehreren Emotionen</translation>
  </message>
  <message>
   <source>between two</source>
   <translation>zwischen zweien</translation>
  </message>
  <message>
   <source>between two emotions</source>
   <translation>zwischen zwei Emotionen</translation>
  </message>
  <message>
   <source>bored</source>
   <translation>gelangweilt</translation>
  </message>
  <message>
   <source>calibration error</source>
   <translation>Kalibrierungsfehler</translation>
  </message>
  <message>
   <source>calm</source>
   <translation>ruhig</translation>
  </message>
  <message>
   <source>cannot be used</source>
   <translation>nicht verwendbar</translation>
  </message>
  <message>
   <source>clear</source>
   <translation>Leeren</translation>
  </message>
  <message>
   <source>contemptuous</source>
   <translation>verächtlich</translation>
  </message>
  <message>
   <source>corrected</source>
   <translation>korrigiert</translation>
  </message>
  <message>
   <source>correction</source>
   <translation>Korrektur</translation>
  </message>
  <message>
   <source>deletion of the model</source>
   <translation>Löschen des Modells</translation>
  </message>
  <message>
   <source>deletion of the session</source>
   <translation>Löschen der Sitzung</translation>
  </message>
  <message>
   <source>deletion of the sessions</source>
   <translation>Löschen der Sitzungen</translation>
  </message>
  <message>
   <source>deletion of the voice</source>
   <translation>Löschen der Stimme</translation>
  </message>
  <message>
   <source>different</source>
   <translation>verschieden</translation>
  </message>
  <message>
   <source>disgust</source>
   <translation>angewidert</translation>
  </message>
  <message>
   <source>dominance</source>
   <translation>Dominanz</translation>
  </message>
  <message>
   <source>dominant</source>
   <translation>dominant</translation>
  </message>
  <message>
   <source>drawn {gain:g} × as large</source>
   <translation>{gain:g}-fach vergrößert gezeichnet</translation>
  </message>
  <message>
   <source>embedding {what}</source>
   <translation>Einbettungen: {what}</translation>
  </message>
  <message>
   <source>ended by a failure</source>
   <translation>durch einen Fehler beendet</translation>
  </message>
  <message>
   <source>excited</source>
   <translation>aufgeregt</translation>
  </message>
  <message>
   <source>fearful</source>
   <translation>ängstlich</translation>
  </message>
  <message>
   <source>features of {condition} clips</source>
   <translation>Merkmale der Clips ({condition})</translation>
  </message>
  <message>
   <source>fifth</source>
   <translation>Quinte</translation>
  </message>
  <message>
   <source>frustrated</source>
   <translation>frustriert</translation>
  </message>
  <message>
   <source>guessing</source>
   <translation>Raten</translation>
  </message>
  <message>
   <source>half a minute</source>
   <translation>eine halbe Minute</translation>
  </message>
  <message>
   <source>happy</source>
   <translation>fröhlich</translation>
  </message>
  <message>
   <source>high</source>
   <translation>hoch</translation>
  </message>
  <message>
   <source>import of settings</source>
   <translation>Import der Einstellungen</translation>
  </message>
  <message>
   <source>in use</source>
   <translation>aktiv</translation>
  </message>
  <message>
   <source>interrupted</source>
   <translation>unterbrochen</translation>
  </message>
  <message>
   <source>label {label}</source>
   <translation>Label {label}</translation>
  </message>
  <message>
   <source>left</source>
   <translation>links</translation>
  </message>
  <message>
   <source>loading</source>
   <translation>wird geladen</translation>
  </message>
  <message>
   <source>low</source>
   <translation>niedrig</translation>
  </message>
  <message>
   <source>maj 3</source>
   <translation>gr. 3</translation>
  </message>
  <message>
   <source>major third</source>
   <translation>große Terz</translation>
  </message>
  <message>
   <source>making the file ...</source>
   <translation>die Datei wird erstellt …</translation>
  </message>
  <message>
   <source>mel at {frequency}</source>
   <translation>Mel bei {frequency}</translation>
  </message>
  <message>
   <source>min 3</source>
   <translation>kl. 3</translation>
  </message>
  <message>
   <source>minor third</source>
   <translation>kleine Terz</translation>
  </message>
  <message>
   <source>minute {number}: {label}</source>
   <translation>Minute {number}: {label}</translation>
  </message>
  <message>
   <source>mix</source>
   <translation>Mischung</translation>
  </message>
  <message>
   <source>negative</source>
   <translation>negativ</translation>
  </message>
  <message>
   <source>neutral</source>
   <translation>neutral</translation>
  </message>
  <message>
   <source>new</source>
   <translation>neu</translation>
  </message>
  <message>
   <source>new speaker</source>
   <translation>neuer Sprecher</translation>
  </message>
  <message>
   <source>no emotion is clear enough</source>
   <translation>keine Emotion ist deutlich genug</translation>
  </message>
  <message>
   <source>no segment</source>
   <translation>kein Segment</translation>
  </message>
  <message>
   <source>no voice</source>
   <translation>keine Stimme</translation>
  </message>
  <message>
   <source>no words</source>
   <translation>keine Worte</translation>
  </message>
  <message>
   <source>noise</source>
   <translation>Störgeräusch</translation>
  </message>
  <message>
   <source>none</source>
   <translation>keins</translation>
  </message>
  <message>
   <source>not a voice</source>
   <translation>keine Stimme</translation>
  </message>
  <message>
   <source>not clear</source>
   <translation>undeutlich</translation>
  </message>
  <message>
   <source>not learnt</source>
   <translation>nicht gelernt</translation>
  </message>
  <message>
   <source>not tried yet</source>
   <translation>noch nicht versucht</translation>
  </message>
  <message>
   <source>not written down</source>
   <translation>nicht aufgeschrieben</translation>
  </message>
  <message>
   <source>note</source>
   <translation>Notiz</translation>
  </message>
  <message>
   <source>nothing</source>
   <translation>nichts</translation>
  </message>
  <message>
   <source>now</source>
   <translation>jetzt</translation>
  </message>
  <message>
   <source>one gives no answer</source>
   <translation>eins ohne Antwort</translation>
  </message>
  <message>
   <source>other</source>
   <translation>andere</translation>
  </message>
  <message>
   <source>pleasantness</source>
   <translation>Angenehmheit</translation>
  </message>
  <message>
   <source>pleasure</source>
   <translation>Lust</translation>
  </message>
  <message>
   <source>positive</source>
   <translation>positiv</translation>
  </message>
  <message>
   <source>reading clips</source>
   <translation>Clips werden gelesen</translation>
  </message>
  <message>
   <source>removal of the model</source>
   <translation>Entfernen des Modells</translation>
  </message>
  <message>
   <source>removing a label</source>
   <translation>Entfernen eines Labels</translation>
  </message>
  <message>
   <source>removing {name}</source>
   <translation>Entfernen von {name}</translation>
  </message>
  <message>
   <source>renaming the voice</source>
   <translation>Umbenennen der Stimme</translation>
  </message>
  <message>
   <source>reset</source>
   <translation>Zurücksetzen</translation>
  </message>
  <message>
   <source>right</source>
   <translation>rechts</translation>
  </message>
  <message>
   <source>right, by your labels</source>
   <translation>richtig, nach eigenen Labels</translation>
  </message>
  <message>
   <source>sad</source>
   <translation>traurig</translation>
  </message>
  <message>
   <source>same</source>
   <translation>gleich</translation>
  </message>
  <message>
   <source>same answer</source>
   <translation>gleiche Antwort</translation>
  </message>
  <message>
   <source>same in {same} of {judged}</source>
   <translation>gleich in {same} von {judged}</translation>
  </message>
  <message>
   <source>sample {number}</source>
   <translation>Sample {number}</translation>
  </message>
  <message>
   <source>scikit-learn's boosted trees on the mean and the deviation over time of the 67 features of their source.</source>
   <translation>Boosting-Bäume von scikit-learn auf Mittel und Streuung der 67 Merkmale ihrer Quelle über die Zeit.</translation>
  </message>
  <message>
   <source>several emotions were heard</source>
   <translation>mehrere Emotionen gehört</translation>
  </message>
  <message>
   <source>several heard</source>
   <translation>mehrere gehört</translation>
  </message>
  <message>
   <source>sleepy</source>
   <translation>schläfrig</translation>
  </message>
  <message>
   <source>some seconds</source>
   <translation>einige Sekunden</translation>
  </message>
  <message>
   <source>some sound</source>
   <translation>etwas Ton</translation>
  </message>
  <message>
   <source>sounddevice (default)</source>
   <translation>sounddevice (Vorgabe)</translation>
  </message>
  <message>
   <source>speaker {number}, {known}</source>
   <translation>Sprecher {number}, {known}</translation>
  </message>
  <message>
   <source>standardising</source>
   <translation>Merkmale werden standardisiert</translation>
  </message>
  <message>
   <source>submissive</source>
   <translation>unterlegen</translation>
  </message>
  <message>
   <source>surprised</source>
   <translation>überrascht</translation>
  </message>
  <message>
   <source>to {frequency}</source>
   <translation>bis {frequency}</translation>
  </message>
  <message>
   <source>too much noise</source>
   <translation>zu viel Störgeräusch</translation>
  </message>
  <message>
   <source>too short</source>
   <translation>zu kurz</translation>
  </message>
  <message>
   <source>too short to tell</source>
   <translation>zu kurz</translation>
  </message>
  <message>
   <source>uncertain</source>
   <translation>unsicher</translation>
  </message>
  <message>
   <source>unfamiliar</source>
   <translation>unbekannt</translation>
  </message>
  <message>
   <source>unfamiliar voice or microphone</source>
   <translation>Stimme oder Mikrofon unbekannt</translation>
  </message>
  <message>
   <source>unknown</source>
   <translation>unbekannt</translation>
  </message>
  <message>
   <source>use of the voice</source>
   <translation>Verwenden der Stimme</translation>
  </message>
  <message>
   <source>valence</source>
   <translation>Valenz</translation>
  </message>
  <message>
   <source>{caption}. Answered rightly: {classes}</source>
   <translation>{caption}. Richtig beantwortet: {classes}</translation>
  </message>
  <message>
   <source>{change} points</source>
   <translation>{change} Punkte</translation>
  </message>
  <message>
   <source>{clips} clips of one speaker, {length}</source>
   <translation>{clips} Clips von einem Sprecher, {length}</translation>
  </message>
  <message>
   <source>{clips} clips of {speakers} speakers, {length}</source>
   <translation>{clips} Clips von {speakers} Sprechern, {length}</translation>
  </message>
  <message>
   <source>{clips} clips of {speakers} speakers, {length}; of {unknown} clips nobody knows who speaks</source>
   <translation>{clips} Clips von {speakers} Sprechern, {length}; bei {unknown} Clips ist unbekannt, wer spricht</translation>
  </message>
  <message>
   <source>{clips} clips, {length}; nobody knows who speaks</source>
   <translation>{clips} Clips, {length}; wer spricht, ist unbekannt</translation>
  </message>
  <message>
   <source>{count} analyzed</source>
   <translation>{count} analysiert</translation>
  </message>
  <message>
   <source>{count} analyzed, {failed} could not be</source>
   <translation>{count} analysiert, {failed} nicht analysierbar</translation>
  </message>
  <message>
   <source>{count} clip, such as {name}</source>
   <translation>{count} Clip, nämlich {name}</translation>
  </message>
  <message>
   <source>{count} clips, such as {name}</source>
   <translation>{count} Clips, etwa {name}</translation>
  </message>
  <message>
   <source>{count} corrected</source>
   <translation>{count} korrigiert</translation>
  </message>
  <message>
   <source>{count} corrected by you.</source>
   <translation>{count} von Ihnen korrigiert.</translation>
  </message>
  <message>
   <source>{count} days</source>
   <translation>{count} Tage</translation>
  </message>
  <message>
   <source>{count} emotions</source>
   <translation>{count} Emotionen</translation>
  </message>
  <message>
   <source>{count} file left out: {kinds}.</source>
   <translation>{count} Datei weggelassen: {kinds}.</translation>
  </message>
  <message>
   <source>{count} file, such as {name}</source>
   <translation>{count} Datei, nämlich {name}</translation>
  </message>
  <message>
   <source>{count} file: {name}</source>
   <translation>{count} Datei: {name}</translation>
  </message>
  <message>
   <source>{count} files</source>
   <translation>{count} Dateien</translation>
  </message>
  <message>
   <source>{count} files left out: {kinds}.</source>
   <translation>{count} Dateien weggelassen: {kinds}.</translation>
  </message>
  <message>
   <source>{count} files, such as {name}</source>
   <translation>{count} Dateien, etwa {name}</translation>
  </message>
  <message>
   <source>{count} files: {names}</source>
   <translation>{count} Dateien: {names}</translation>
  </message>
  <message>
   <source>{count} hours</source>
   <translation>{count} Stunden</translation>
  </message>
  <message>
   <source>{count} minutes</source>
   <translation>{count} Minuten</translation>
  </message>
  <message>
   <source>{count} models</source>
   <translation>{count} Modelle</translation>
  </message>
  <message>
   <source>{count} models were tried and are kept here.</source>
   <translation>{count} Modelle wurden erprobt und liegen jetzt hier.</translation>
  </message>
  <message>
   <source>{count} models, of which 1 cannot be used</source>
   <translation>{count} Modelle, davon 1 nicht verwendbar</translation>
  </message>
  <message>
   <source>{count} models, of which {broken} cannot be used</source>
   <translation>{count} Modelle, davon {broken} nicht verwendbar</translation>
  </message>
  <message>
   <source>{count} more were refused as well.</source>
   <translation>{count} weitere wurden auch abgelehnt.</translation>
  </message>
  <message>
   <source>{count} name, such as {name}</source>
   <translation>{count} Name, nämlich {name}</translation>
  </message>
  <message>
   <source>{count} names, such as {name}</source>
   <translation>{count} Namen, etwa {name}</translation>
  </message>
  <message>
   <source>{count} not judged</source>
   <translation>{count} nicht beurteilt</translation>
  </message>
  <message>
   <source>{count} noted</source>
   <translation>{count} mit Notiz</translation>
  </message>
  <message>
   <source>{count} of them are analyzed.</source>
   <translation>{count} davon sind analysiert.</translation>
  </message>
  <message>
   <source>{count} of {total}</source>
   <translation>{count} von {total}</translation>
  </message>
  <message>
   <source>{count} of {total} clips last exactly {seconds} s: they seem to be cut.</source>
   <translation>{count} von {total} Clips dauern genau {seconds} s: Sie scheinen abgeschnitten.</translation>
  </message>
  <message>
   <source>{count} recordings</source>
   <translation>{count} Aufnahmen</translation>
  </message>
  <message>
   <source>{count} results</source>
   <translation>{count} Ergebnisse</translation>
  </message>
  <message>
   <source>{count} segments, {different} answered differently</source>
   <translation>{count} Segmente, {different} verschieden beantwortet</translation>
  </message>
  <message>
   <source>{count} segments, {seconds} s of speech</source>
   <translation>{count} Segmente, {seconds} s Sprache</translation>
  </message>
  <message>
   <source>{count} sessions</source>
   <translation>{count} Sitzungen</translation>
  </message>
  <message>
   <source>{count} sessions are deleted for good.</source>
   <translation>{count} Sitzungen sind endgültig gelöscht.</translation>
  </message>
  <message>
   <source>{count} sessions are deleted.</source>
   <translation>{count} Sitzungen sind gelöscht.</translation>
  </message>
  <message>
   <source>{count} sound, such as {name}</source>
   <translation>{count} Ton, nämlich {name}</translation>
  </message>
  <message>
   <source>{count} sounds were heard ({seconds} s), but no voice.</source>
   <translation>{count} Geräusche waren zu hören ({seconds} s), aber keine Stimme.</translation>
  </message>
  <message>
   <source>{count} sounds without a voice left out</source>
   <translation>{count} Geräusche ohne Stimme weggelassen</translation>
  </message>
  <message>
   <source>{count} sounds, such as {name}</source>
   <translation>{count} Töne, etwa {name}</translation>
  </message>
  <message>
   <source>{count} speakers</source>
   <translation>{count} Sprecher</translation>
  </message>
  <message>
   <source>{count} utterances</source>
   <translation>{count} Äußerungen</translation>
  </message>
  <message>
   <source>{count} utterances in {length}</source>
   <translation>{count} Äußerungen in {length}</translation>
  </message>
  <message>
   <source>{count} zeros</source>
   <translation>{count} Nullstellen</translation>
  </message>
  <message>
   <source>{device} (not there)</source>
   <translation>{device} (nicht vorhanden)</translation>
  </message>
  <message>
   <source>{device} is open and delivers no audio. Waiting for it; check its cable or the sound server if this stays.</source>
   <translation>{device} ist geöffnet, liefert aber keinen Ton. Es wird gewartet; prüfen Sie Kabel oder Audiosystem, falls das so bleibt.</translation>
  </message>
  <message>
   <source>{device} went away. Capture goes on by itself as soon as it is back.</source>
   <translation>{device} ist nicht mehr verbunden. Die Aufzeichnung geht von selbst weiter, sobald es wieder da ist.</translation>
  </message>
  <message>
   <source>{dimension}: 0 is {low}, 1 is {high}</source>
   <translation>{dimension}: 0 ist {low}, 1 ist {high}</translation>
  </message>
  <message>
   <source>{first} and {second}</source>
   <translation>{first} und {second}</translation>
  </message>
  <message>
   <source>{first} and {second} on {recording}</source>
   <translation>{first} und {second} an {recording}</translation>
  </message>
  <message>
   <source>{keys} belongs to “{command}”. Give that other keys first.</source>
   <translation>{keys} gehört zu „{command}“. Diesem zuerst andere Tasten geben.</translation>
  </message>
  <message>
   <source>{keys} corrects a label and cannot be chosen.</source>
   <translation>{keys} korrigiert eine Angabe und ist nicht wählbar.</translation>
  </message>
  <message>
   <source>{keys} deletes what is chosen and cannot be chosen.</source>
   <translation>{keys} löscht die Auswahl und ist nicht wählbar.</translation>
  </message>
  <message>
   <source>{keys} is for moving between controls and working them.</source>
   <translation>{keys} dient zum Bewegen zwischen Bedienelementen und zu ihrer Bedienung.</translation>
  </message>
  <message>
   <source>{keys} opens the menu and cannot be chosen.</source>
   <translation>{keys} öffnet das Menü und ist nicht wählbar.</translation>
  </message>
  <message>
   <source>{keys} renames and writes notes, and cannot be chosen.</source>
   <translation>{keys} benennt um und schreibt Notizen, daher nicht wählbar.</translation>
  </message>
  <message>
   <source>{keys} writes a note and cannot be chosen.</source>
   <translation>{keys} schreibt eine Notiz und ist nicht wählbar.</translation>
  </message>
  <message>
   <source>{k} (usual)</source>
   <translation>{k} (üblich)</translation>
  </message>
  <message>
   <source>{label} {count} of {total}</source>
   <translation>{label} {count} von {total}</translation>
  </message>
  <message>
   <source>{lead} · next: {emotion}</source>
   <translation>{lead} · danach: {emotion}</translation>
  </message>
  <message>
   <source>{least} to {most} s, at {rate} Hz</source>
   <translation>{least} bis {most} s, bei {rate} Hz</translation>
  </message>
  <message>
   <source>{length} of speech</source>
   <translation>{length} Sprache</translation>
  </message>
  <message>
   <source>{length} of speech; {progress} % of what it can do</source>
   <translation>{length} Sprache; {progress} % dessen, was möglich ist</translation>
  </message>
  <message>
   <source>{level} dBFS · speech above {threshold}</source>
   <translation>{level} dBFS · Sprache ab {threshold}</translation>
  </message>
  <message>
   <source>{licence}: not for commercial use</source>
   <translation>{licence}: nicht für kommerzielle Nutzung</translation>
  </message>
  <message>
   <source>{low} to {high} Hz</source>
   <translation>{low} bis {high} Hz</translation>
  </message>
  <message>
   <source>{minutes} min left</source>
   <translation>noch {minutes} min</translation>
  </message>
  <message>
   <source>{model} judges {recording}</source>
   <translation>{model} beurteilt {recording}</translation>
  </message>
  <message>
   <source>{names} and {count} more</source>
   <translation>{names} und {count} weitere</translation>
  </message>
  <message>
   <source>{name}  {hertz:.0f} Hz, {width:.0f} Hz wide</source>
   <translation>{name}  {hertz:.0f} Hz, {width:.0f} Hz breit</translation>
  </message>
  <message>
   <source>{name}  ·  in use</source>
   <translation>{name}  ·  aktiv</translation>
  </message>
  <message>
   <source>{name} came with the program, so it is not deleted.</source>
   <translation>{name} gehört zum Programm und wird deshalb nicht gelöscht.</translation>
  </message>
  <message>
   <source>{name} is being trained.</source>
   <translation>{name} wird trainiert.</translation>
  </message>
  <message>
   <source>{name} is deleted.</source>
   <translation>{name} ist gelöscht.</translation>
  </message>
  <message>
   <source>{name} is exported, gives the same answers as before, and is kept as {file}.</source>
   <translation>{name} ist exportiert, gibt dieselben Antworten wie vorher und liegt als {file} hier.</translation>
  </message>
  <message>
   <source>{name} is in use, so it cannot be deleted. Use another model, then delete this one.</source>
   <translation>{name} wird verwendet und kann deshalb nicht gelöscht werden. Verwenden Sie ein anderes Modell, und löschen Sie dann dieses.</translation>
  </message>
  <message>
   <source>{name} is in use, so it stays in the list. Use another model, then remove this one.</source>
   <translation>{name} wird verwendet und bleibt deshalb in der Liste. Verwenden Sie ein anderes Modell, und entfernen Sie dann dieses.</translation>
  </message>
  <message>
   <source>{name} is trained</source>
   <translation>{name} ist trainiert</translation>
  </message>
  <message>
   <source>{name} speaks: what is known of the voice is used.</source>
   <translation>{name} spricht: Was von der Stimme bekannt ist, wird verwendet.</translation>
  </message>
  <message>
   <source>{name} was removed from the list.</source>
   <translation>{name} wurde aus der Liste entfernt.</translation>
  </message>
  <message>
   <source>{name} was tried and is kept here.</source>
   <translation>{name} wurde erprobt und liegt jetzt hier.</translation>
  </message>
  <message>
   <source>{name} with ImageNet weights on mel images of {size}, as its source fine-tunes it.</source>
   <translation>{name} mit ImageNet-Gewichten auf Mel-Bildern von {size}, nachtrainiert wie in der Quelle.</translation>
  </message>
  <message>
   <source>{name} {mean} on average, {lowest} to {highest}</source>
   <translation>{name} im Mittel {mean}, {lowest} bis {highest}</translation>
  </message>
  <message>
   <source>{name} · now</source>
   <translation>{name} · jetzt</translation>
  </message>
  <message>
   <source>{name}, the first {seconds} s: {start} to {end}, {rate} kHz</source>
   <translation>{name}, die ersten {seconds} s: {start} bis {end}, {rate} kHz</translation>
  </message>
  <message>
   <source>{name}, the transformer fine-tuned with a small head.</source>
   <translation>{name}, der Transformer mit kleinem Kopf nachtrainiert.</translation>
  </message>
  <message>
   <source>{name}, {start} to {end}, {rate} kHz</source>
   <translation>{name}, {start} bis {end}, {rate} kHz</translation>
  </message>
  <message>
   <source>{people} speakers: {count} folds instead of {wanted}.</source>
   <translation>{people} Sprecher: {count} Durchgänge statt {wanted}.</translation>
  </message>
  <message>
   <source>{place} of {count}</source>
   <translation>{place} von {count}</translation>
  </message>
  <message>
   <source>{said} was answered with {answered}: {count} of {total} clips</source>
   <translation>{said} wurde mit {answered} beantwortet: {count} von {total} Clips</translation>
  </message>
  <message>
   <source>{seconds} s did not arrive.</source>
   <translation>{seconds} s sind nicht angekommen.</translation>
  </message>
  <message>
   <source>{seconds} s left</source>
   <translation>noch {seconds} s</translation>
  </message>
  <message>
   <source>{seconds} s of sound</source>
   <translation>{seconds} s Ton</translation>
  </message>
  <message>
   <source>{seconds} s of speech</source>
   <translation>{seconds} s Sprache</translation>
  </message>
  <message>
   <source>{share} ({low} to {high})</source>
   <translation>{share} ({low} bis {high})</translation>
  </message>
  <message>
   <source>{share} of the utterances were uncertain.</source>
   <translation>{share} der Äußerungen waren unsicher.</translation>
  </message>
  <message>
   <source>{share} of the utterances were uncertain; {count} corrected by you.</source>
   <translation>{share} der Äußerungen waren unsicher; {count} von Ihnen korrigiert.</translation>
  </message>
  <message>
   <source>{shown} of 1 utterance</source>
   <translation>{shown} von 1 Äußerung</translation>
  </message>
  <message>
   <source>{shown} of {count}</source>
   <translation>{shown} von {count}</translation>
  </message>
  <message>
   <source>{shown} of {count} utterances</source>
   <translation>{shown} von {count} Äußerungen</translation>
  </message>
  <message>
   <source>{start} to {end}</source>
   <translation>{start} bis {end}</translation>
  </message>
  <message>
   <source>{start} to {end} ({seconds} s)</source>
   <translation>{start} bis {end} ({seconds} s)</translation>
  </message>
  <message>
   <source>{start} to {end}: {seconds} s of speech</source>
   <translation>{start} bis {end}: {seconds} s Sprache</translation>
  </message>
  <message>
   <source>{start} to {end}: {text}</source>
   <translation>{start} bis {end}: {text}</translation>
  </message>
  <message>
   <source>{step}: {done} of {total}</source>
   <translation>{step}: {done} von {total}</translation>
  </message>
  <message>
   <source>{stretches} stretches of sound ({seconds} s) were not a voice, and have no emotion.</source>
   <translation>{stretches} Geräusche ({seconds} s) waren keine Stimme und haben keine Emotion.</translation>
  </message>
  <message>
   <source>{text} (set)</source>
   <translation>{text} (gesetzt)</translation>
  </message>
  <message>
   <source>{text} (set: {fixed})</source>
   <translation>{text} (gesetzt: {fixed})</translation>
  </message>
  <message>
   <source>{time} for 1,000 clips</source>
   <translation>{time} für 1000 Clips</translation>
  </message>
  <message>
   <source>{time} for {seconds} s of speech, on the processor</source>
   <translation>{time} für {seconds} s Sprache, auf dem Prozessor</translation>
  </message>
  <message>
   <source>{time} known, counts {percent} %</source>
   <translation>{time} bekannt, zählt zu {percent} %</translation>
  </message>
  <message>
   <source>{time} of speech, in one mood: teach it more</source>
   <translation>{time} Sprache, in einer Stimmung: mehr einsprechen</translation>
  </message>
  <message>
   <source>{time} of speech, in several moods</source>
   <translation>{time} Sprache, in mehreren Stimmungen</translation>
  </message>
  <message>
   <source>{time} of speech, mostly in one mood</source>
   <translation>{time} Sprache, meist in einer Stimmung</translation>
  </message>
  <message>
   <source>{title}: the answer is {label}, {percent} %</source>
   <translation>{title}: die Antwort ist {label}, {percent} %</translation>
  </message>
  <message>
   <source>{title}: {parts}, {count} frames</source>
   <translation>{title}: {parts}, {count} Frames</translation>
  </message>
  <message>
   <source>{way}, uncertain</source>
   <translation>{way}, unsicher</translation>
  </message>
  <message>
   <source>{what}: {count} poles, {zeros} zeros at z = 0</source>
   <translation>{what}: {count} Pole, {zeros} Nullstellen bei z = 0</translation>
  </message>
  <message>
   <source>“Keep the sound of sessions, too” in the menu keeps it from then on.</source>
   <translation>„Auch den Ton von Sitzungen speichern“ im Menü speichert ihn von da an.</translation>
  </message>
  <message>
   <source>“{name}”: {sentence}</source>
   <translation>„{name}“: {sentence}</translation>
  </message>
 </context>
</TS>
