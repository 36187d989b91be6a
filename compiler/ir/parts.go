package ir

import "reflect"

// SplitParts is a program in parts with at most n declarations of each kind, which
// JoinParts puts together again: neighbours stay together and in order. What a
// program has once is in the first part. Several can then be read at once.
func SplitParts(p *Program, n int) []*Program {
	whole := reflect.ValueOf(p).Elem()
	longest := 1
	for i := range whole.NumField() {
		if list := whole.Field(i); list.Kind() == reflect.Slice {
			longest = max(longest, list.Len())
		}
	}
	parts := make([]*Program, (longest+n-1)/n)
	for k := range parts {
		parts[k] = &Program{}
		if k == 0 {
			*parts[k] = *p
		}
		part := reflect.ValueOf(parts[k]).Elem()
		for i := range whole.NumField() {
			if list := whole.Field(i); list.Kind() == reflect.Slice && (k == 0 || k*n < list.Len()) {
				part.Field(i).Set(list.Slice(min(k*n, list.Len()), min((k+1)*n, list.Len())))
			}
		}
	}
	return parts
}

// JoinParts puts programs together: what each declares after what those before
// do, and what a program has once from the first that has it. It undoes
// SplitParts.
func JoinParts(parts []*Program) *Program {
	if len(parts) == 0 {
		return &Program{}
	}
	out := parts[0]
	whole := reflect.ValueOf(out).Elem()
	for i := range whole.NumField() {
		field := whole.Field(i)
		if field.Kind() == reflect.Slice {
			joinLists(field, i, parts)
			continue
		}
		for _, p := range parts {
			if field.IsZero() {
				field.Set(reflect.ValueOf(p).Elem().Field(i))
			}
		}
	}
	return out
}

// joinLists puts field i of all parts into the one of the first.
func joinLists(field reflect.Value, i int, parts []*Program) {
	length := 0
	for _, p := range parts {
		length += reflect.ValueOf(p).Elem().Field(i).Len()
	}
	if length == field.Len() {
		return
	}
	list := reflect.MakeSlice(field.Type(), 0, length)
	for _, p := range parts {
		list = reflect.AppendSlice(list, reflect.ValueOf(p).Elem().Field(i))
	}
	field.Set(list)
}
