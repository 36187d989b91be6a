package ir

import "reflect"

// Sorted is the program with every list in the order of addresses; p itself
// is not changed. The lists are copied whatever kinds of declarations there are.
func (p *Program) Sorted() *Program {
	out := *p
	lists := reflect.ValueOf(&out).Elem()
	for i := range lists.NumField() {
		if list := lists.Field(i); list.Kind() == reflect.Slice {
			list.Set(reflect.AppendSlice(reflect.Zero(list.Type()), list))
		}
	}
	out.Sort()
	return &out
}
