package block

var state = &Type{
	Name: "state", Labels: []string{"backend"}, Once: true, Open: true,
	Kinds: []string{"file", "postgres", "http", "object store"},
	Doc: "Where the record of what was deployed is kept, for each project and environment one. Without it that is a file in the project's folder. " +
		"Its arguments are constants or env(...); secrets are env(...). TRAYECTO_STATE in the environment overrides it: a folder, or an address that begins with postgres:, s3: or https:.",
	Each: []Each{
		{
			Kind: "file",
			Doc:  "A folder on this computer. The lock ends with the run that has it.",
			Args: []Arg{{Name: "path", Doc: "The folder, from the project's; without it .trayecto/state.", Form: Text{}}},
		},
		{
			Kind: "postgres",
			Doc:  "Rows in a PostgreSQL database. A lock is renewed while a run goes on and ends a minute after its last sign of life.",
			Args: []Arg{
				{Name: "dsn", Required: true, Secret: true, Doc: "The address of the database.", Form: Text{}},
				{Name: "schema", Doc: "The schema of its tables, which are made when they are needed; without it trayecto_state.", Form: Text{}},
			},
		},
		{
			Kind: "http",
			Doc: "A document on a server that speaks the protocol of Terraform's http backend, such as GitLab and Gitea. {project} and {env} in an address " +
				"stand for the project and the environment. The lock does not end by itself: trayecto state unlock ends that of a run that is no more.",
			Args: []Arg{
				{Name: "address", Required: true, Doc: "Where the document is.", Form: Text{}},
				{Name: "lock_address", Required: true, Doc: "Where the lock is.", Form: Text{}},
				{Name: "unlock_address", Doc: "Where the lock is ended; without it lock_address.", Form: Text{}},
				{Name: "update_method", Doc: "How the document is written; without it POST.", Form: Text{}},
				{Name: "lock_method", Doc: "How the lock is taken; without it LOCK. GitLab wants POST.", Form: Text{}},
				{Name: "unlock_method", Doc: "How the lock is ended; without it UNLOCK. GitLab wants DELETE.", Form: Text{}},
				{Name: "username", Doc: "Who asks.", Form: Text{}},
				{Name: "password", Secret: true, Doc: "The password or token.", Form: Text{}},
			},
		},
		{
			Kind: "object store",
			Doc: "Objects in S3 and what speaks it. Credentials are those of the AWS tools. A lock is renewed while a run goes on and ends a minute after " +
				"its last sign of life. The store must keep to If-None-Match, as S3, MinIO, Cloudflare R2 and Ceph do.",
			Args: []Arg{
				{Name: "url", Required: true, Doc: "The bucket: s3://NAME?region=REGION, and endpoint=https://... for what is not at AWS.", Form: Text{}},
				{Name: "prefix", Doc: "What the names of the objects begin with: team/.", Form: Text{}},
			},
		},
	},
	Args: []Arg{
		{Name: "recipients", Doc: "Public keys of age, age1...: what is kept can then be read only with the identity of one of them.", Form: Texts{}},
		{Name: "identity", Secret: true, Doc: "The identity of age, AGE-SECRET-KEY-1..., or a file that has it.", Form: Text{}},
	},
}

// StateOf is the arguments that a state of a kind takes, its own first; nil for a
// kind that there is not.
func StateOf(kind string) []Arg {
	for _, each := range state.Each {
		if each.Kind == kind {
			return append(append([]Arg{}, each.Args...), state.Args...)
		}
	}
	return nil
}
