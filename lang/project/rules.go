package project

import "github.com/trayecto/trayecto/lang/diag"

// The rules of projects.
var (
	noProject       = &diag.Rule{Code: "BLK101", Summary: "The folder is not a project"}
	twoProjects     = &diag.Rule{Code: "BLK102", Summary: "A project has one project block"}
	sameAddress     = &diag.Rule{Code: "BLK103", Summary: "Two blocks have the same name"}
	onlyOnce        = &diag.Rule{Code: "BLK104", Summary: "A project has one block of this kind"}
	noEnvironment   = &diag.Rule{Code: "BLK105", Summary: "There is no such environment"}
	strangeInEnv    = &diag.Rule{Code: "BLK106", Summary: "An environment does not say this"}
	noSuchPlatform  = &diag.Rule{Code: "BLK107", Summary: "An environment replaces a platform that the project does not have"}
	noValue         = &diag.Rule{Code: "BLK108", Summary: "A variable has no value"}
	wrongValue      = &diag.Rule{Code: "BLK109", Summary: "A value is not of the variable's type"}
	noVariable      = &diag.Rule{Code: "BLK110", Summary: "There is no such variable"}
	localCycle      = &diag.Rule{Code: "CYC101", Summary: "Constants go round in a circle"}
	wrongHead       = &diag.Rule{Code: "BLK113", Summary: "The project block says something that cannot be"}
	wrongVersion    = &diag.Rule{Code: "BLK114", Summary: "The files are written for another version"}
	wrongSource     = &diag.Rule{Code: "BLK116", Summary: "There is no such module"}
	wrongInput      = &diag.Rule{Code: "BLK117", Summary: "A module takes other inputs"}
	strangeInModule = &diag.Rule{Code: "BLK118", Summary: "A module does not say this"}
	wrongEach       = &diag.Rule{Code: "BLK119", Summary: "A block cannot be made for each of these"}
	refusedValue    = &diag.Rule{Code: "BLK120", Summary: "A value is not one that its variable allows"}
	wrongValidation = &diag.Rule{Code: "BLK121", Summary: "A variable says this in another way"}
	moduleCircle    = &diag.Rule{Code: "CYC102", Summary: "A module uses itself"}
	wrongType       = &diag.Rule{Code: "BLK115", Summary: "A variable cannot have this type"}
)

// Rules lists the rules of projects.
var Rules = []*diag.Rule{
	noProject, twoProjects, sameAddress, onlyOnce, noEnvironment, strangeInEnv, noSuchPlatform, noValue, wrongValue, noVariable,
	localCycle, wrongHead, wrongVersion, wrongType, wrongSource, wrongInput, strangeInModule, wrongEach, refusedValue, wrongValidation, moduleCircle,
}
