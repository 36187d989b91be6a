package klaviyo_test

import "github.com/trayecto/trayecto/compiler/sample"

var options = sample.Options{Without: sample.Objects | sample.Spans | sample.Calendar | sample.Aging}
