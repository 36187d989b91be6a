package host

import (
	"errors"

	"github.com/trayecto/trayecto/targets"
)

// without is an error whose words hold no secret.
func (b *logbook) without(err error) error {
	if err == nil {
		return nil
	}
	words := b.mask(err.Error())
	if words == err.Error() {
		return err
	}
	if answer, is := errors.AsType[*targets.Error](err); is {
		clean := b.withoutAnswered(answer)
		if clean.Error() == words {
			return clean
		}
		return &hidden{words, clean}
	}
	return errors.New(words)
}

// withoutAnswered is a platform's answer without secrets.
func (b *logbook) withoutAnswered(e *targets.Error) *targets.Error {
	if e == nil {
		return nil
	}
	clean := *e
	clean.Message, clean.Path = b.mask(e.Message), b.mask(e.Path)
	if e.Err != nil {
		clean.Err = errors.New(b.mask(e.Err.Error()))
	}
	return &clean
}

// hidden is an error in words from which secrets were taken.
type hidden struct {
	words string
	cause *targets.Error
}

// Error is the words.
func (h *hidden) Error() string { return h.words }

// Unwrap is what the platform answered.
func (h *hidden) Unwrap() error { return h.cause }
