package wire

import (
	"context"
	"errors"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/wire/pb"
)

// answered is an error that a platform gave as the answer to one change.
func answered(e *targets.Error) *pb.Error {
	if e == nil {
		return nil
	}
	out := &pb.Error{Kind: string(e.Kind), Message: text(e.Message), Path: text(e.Path), RetryAfterNano: int64(e.RetryAfter)}
	if e.Err != nil {
		out.Cause = text(e.Err.Error())
	}
	return out
}

func readAnswered(e *pb.Error) *targets.Error {
	if e == nil {
		return nil
	}
	out := &targets.Error{Kind: targets.ErrorKind(e.Kind), Message: e.Message, Path: e.Path, RetryAfter: time.Duration(e.RetryAfterNano)}
	switch out.Kind {
	case targets.Retryable, targets.Permanent, targets.Conflict, targets.UnknownOutcome, targets.Rejected:
	default: // a later plugin's: nobody knows whether something was done
		out.Kind = targets.UnknownOutcome
	}
	if e.Cause != "" {
		out.Err = errors.New(e.Cause)
	}
	return out
}

// failure is an error of a whole call as the status that crosses.
func failure(err error) error {
	if err == nil {
		return nil
	}
	code := codes.Unknown
	switch {
	case errors.Is(err, context.Canceled):
		code = codes.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		code = codes.DeadlineExceeded
	}
	f := &pb.Failure{Text: text(err.Error()), NoCount: errors.Is(err, targets.ErrNoCount)}
	if answer, is := errors.AsType[*targets.Error](err); is {
		f.Error = answered(answer)
	}
	s := status.New(code, f.Text)
	if detailed, err := s.WithDetails(f); err == nil {
		s = detailed
	}
	return s.Err()
}

// Lost is a call that got no answer: the plugin ended or the connection broke
// while it was under way.
type Lost struct{ Err error }

// Error says what the connection said.
func (l *Lost) Error() string { return "the plugin gave no answer: " + l.Err.Error() }

// Unwrap is what the connection said.
func (l *Lost) Unwrap() error { return l.Err }

// failed is the error of a whole call as its caller would have seen it without
// a wire between, or a *Lost.
func failed(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	s, _ := status.FromError(err)
	for _, detail := range s.Details() {
		if f, is := detail.(*pb.Failure); is {
			return readFailure(f, s.Code())
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	switch s.Code() {
	case codes.Canceled:
		return context.Canceled
	case codes.DeadlineExceeded:
		return context.DeadlineExceeded
	case codes.Unavailable, codes.Aborted, codes.Internal, codes.Unknown:
		return &Lost{Err: errors.New(s.Message())}
	}
	return &targets.Error{Kind: targets.Permanent, Message: "the plugin does not understand the call: " + s.Message()}
}

func readFailure(f *pb.Failure, code codes.Code) error {
	if answer := readAnswered(f.Error); answer != nil {
		return worded(f.Text, answer)
	}
	switch {
	case f.NoCount:
		return worded(f.Text, targets.ErrNoCount)
	case code == codes.Canceled:
		return worded(f.Text, context.Canceled)
	case code == codes.DeadlineExceeded:
		return worded(f.Text, context.DeadlineExceeded)
	}
	return errors.New(f.Text)
}

// said is an error in the words of what once was around it.
type said struct {
	words string
	cause error
}

// Error is the words.
func (s *said) Error() string { return s.words }

// Unwrap is what they were about.
func (s *said) Unwrap() error { return s.cause }

func worded(words string, cause error) error {
	if words == cause.Error() {
		return cause
	}
	return &said{words, cause}
}
