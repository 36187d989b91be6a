package hubspot

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/trayecto/trayecto/compiler/resource"
	"github.com/trayecto/trayecto/targets"
	"github.com/trayecto/trayecto/targets/account"
)

// Who is inside a journey. HubSpot has no list of them: it counts, by month or
// day, how many contacts were enrolled in a workflow, completed it and were
// unenrolled. Since a contact is in a workflow once at a time, the difference is
// how many are inside now.

// counters are the series of a workflow's performance, and what each adds.
var counters = map[string]int{"ENROLLED": 1, "COMPLETED": -1, "UNENROLLED": -1}

// Inside adds up the workflows of each journey. A contact may be in two of them,
// and where a journey begins with what did not come, who is only waited for is
// in one too: then there are at most so many.
func (t *Target) Inside(ctx context.Context, r targets.InsideRequest) ([]targets.InsideAnswer, error) {
	out := make([]targets.InsideAnswer, len(r.Journeys))
	for i, j := range r.Journeys {
		out[i].Journey = j.Journey
		filled := 0
		for _, o := range j.Objects {
			out[i].AtMost = out[i].AtMost || strings.HasSuffix(o.Key, " "+roleEntered)
			if o.Kind != kindWorkflow {
				continue
			}
			n, why, err := t.enrolled(ctx, o)
			switch {
			case account.Gone(err): // and nobody is in what is gone
			case err != nil:
				return nil, err
			case why != "":
				out[i].Unknown = why
			case n > 0:
				filled++
				out[i].People += n
			}
		}
		out[i].AtMost = out[i].AtMost && out[i].People > 0 || filled > 1
		if out[i].Unknown != "" {
			out[i].People, out[i].AtMost = 0, false
		}
	}
	return out, nil
}

// enrolled is how many contacts are in a workflow, or why that is not known.
func (t *Target) enrolled(ctx context.Context, o resource.Object) (people int, why string, err error) {
	var got struct {
		Results []struct {
			Series    string `json:"series"`
			Frequency int    `json:"frequency"`
		} `json:"results"`
	}
	ever := url.Values{"start": {"0"}, "bucketType": {"MONTH"}}
	if err := t.call(ctx, http.MethodGet, "/automation/v4/flows/performance/"+url.PathEscape(o.ID), ever, nil, &got); err != nil {
		return 0, "", err
	}
	for _, point := range got.Results {
		adds, known := counters[point.Series]
		if !known {
			return 0, fmt.Sprintf("HubSpot counts %q for the workflow %s, which is not known here", point.Series, o.ID), nil
		}
		people += adds * point.Frequency
	}
	if people < 0 {
		return 0, fmt.Sprintf("HubSpot counts more contacts out of the workflow %s than into it", o.ID), nil
	}
	return people, "", nil
}
