package block

import (
	"strings"

	"github.com/trayecto/trayecto/lang/diag"
)

// translations is the names under which people look for a block type: other
// tools' words, and Spanish.
var translations = map[string]string{
	"target": "platform", "destination": "platform", "plataforma": "platform", "provider": "platform",
	"proyecto": "project", "estado": "state", "historia": "history", "historial": "history", "modulo": "module", "módulo": "module",
	"persona_fisica": "person", "people": "person", "customer": "person", "contact": "person", "cliente": "person", "contacto": "person", "user": "person",
	"objeto": "object", "evento": "event", "proposito": "purpose", "propósito": "purpose", "finalidad": "purpose",
	"canal": "channel", "canales": "channel", "consentimiento": "consent", "consentimientos": "consent", "régimen": "regime", "regimen": "regime",
	"exclusión": "exclusion", "exclusiones": "exclusion", "presion": "pressure", "presión": "pressure", "calendario": "calendar",
	"segmento": "segment", "segmentos": "segment", "audience": "segment", "list": "segment", "audiencia": "segment",
	"enlace": "link", "parte": "part", "contacto_cliente": "touchpoint", "message": "touchpoint", "mensaje": "touchpoint", "email": "touchpoint",
	"acción": "action", "accion": "action", "acciones": "action", "fase": "phase", "momento": "moment", "trigger": "moment",
	"viaje": "journey", "viajes": "journey", "trayecto": "journey", "recorrido": "journey", "flow": "journey", "workflow": "journey", "campaign": "journey",
	"guarda": "guard", "policy": "guard", "prueba": "test", "enviar": "send", "envío": "send", "hacer": "do", "esperar": "wait", "espera": "wait",
	"elegir": "choose", "cuando": "when", "dividir": "split", "variante": "variant", "entrada": "enter", "contenido": "content",
	"clave": "key", "atributo": "attribute", "atributos": "attribute", "campo": "field", "campos": "field", "regla": "rule", "reglas": "rule",
	"else": "otherwise", "default": "otherwise", "if": "when", "case": "when", "delay": "wait", "pause": "wait", "sleep": "wait",
	"sms": "send", "mail": "send", "push": "send", "condition": "choose", "experiment": "split",
}

// asSteps is the names under which people look for a step, and which mean
// another block outside of journeys.
var asSteps = map[string]string{"email": "send", "message": "send", "mensaje": "send", "notification": "send", "if": "choose", "branch": "choose"}

// words that people of other tools write for one of ours.
var synonyms = map[string]string{
	"transactional": "service", "operational": "service", "transaccional": "service", "servicio": "service",
	"promotional": "marketing", "commercial": "marketing", "comercial": "marketing",
	"monday": "mon", "tuesday": "tue", "wednesday": "wed", "thursday": "thu", "friday": "fri", "saturday": "sat", "sunday": "sun",
	"lunes": "mon", "martes": "tue", "miércoles": "wed", "jueves": "thu", "viernes": "fri", "sábado": "sat", "domingo": "sun",
	"zmot": "zero", "fmot": "first", "smot": "second", "tmot": "third", "umot": "ultimate",
	"s3": "object store", "gcs": "object store", "minio": "object store", "bucket": "object store", "pg": "postgres", "postgresql": "postgres", "gitlab": "http", "local": "file",
	"once": "never", "opt_in": "consent", "legitimate interest": "legitimate_interest", "one-click": "one_click", "oneclick": "one_click",
}

// Suggest is the word of a fixed set that someone who wrote another most
// likely meant: a known synonym ("transactional" is service), else the nearest
// spelling, else "".
func Suggest(word string, allowed []string) string {
	if meant, known := synonyms[strings.ToLower(word)]; known && contains(allowed, meant) {
		return meant
	}
	return diag.Nearest(word, allowed)
}

// meantBlock is the name among allowed that someone who wrote name most likely
// meant: a translation, a plural, a near spelling; else "".
func meantBlock(name string, allowed []string) string {
	lower := strings.ToLower(name)
	if contains(allowed, lower) {
		return lower
	}
	if meant, known := translations[lower]; known && contains(allowed, meant) {
		return meant
	}
	if meant, known := asSteps[lower]; known && contains(allowed, meant) {
		return meant
	}
	for _, ending := range []string{"s", "es"} {
		single, plural := strings.CutSuffix(lower, ending)
		if !plural {
			continue
		}
		if contains(allowed, single) {
			return single
		}
		if meant, known := translations[single]; known && contains(allowed, meant) {
			return meant
		}
	}
	return diag.Nearest(lower, allowed)
}

func contains(list []string, word string) bool {
	for _, w := range list {
		if w == word {
			return true
		}
	}
	return false
}
