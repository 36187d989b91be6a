package check

import "github.com/trayecto/trayecto/lang/diag"

// All lists the checks by code.
var All = []Check{
	{asksInService, checkAsksInService},
	{disguised, checkDisguised},
	{lawless, checkLawless},
	{noReason, checkReason},
	{noWayOut, checkWayOut},
	{overlap, checkOverlap},
	{uncovered, checkUncovered},
	{wrongChannel, checkPurposeChannels},
	{unconfirmed, checkConfirmed},
	{nobodyMay, checkAllowed},
	{disclosedTo, checkSpecial},
	{contradiction, checkRegimes},
	{noChannel, checkChannel},
	{noEntry, checkEntry},
	{noText, checkTexts},
	{otherEntry, checkAbout},
	{unknownLanguage, checkLanguages},
	{unused, checkUnused},
	{endless, checkEndless},
	{lacksCompanion, checkCompanions},
	{noEffect, checkEffects},
	{noWho, checkWho},
	{idleDeadline, checkIdle},
	{wrongKind, checkKinds},
	{neverOpen, checkHours},
	{guardsPeople, checkGuards},
	{impossible, checkAddresses},
	{noCurrency, checkCurrency},
	{reserved, checkReserved},
	{repeated, checkRepeated},
	{noWeight, checkWeights},
	{sameForAll, checkAlways},
	{shadowed, checkShadowed},
	{noObject, checkPer},
	{phaseCircle, checkPhases},
	{idleWish, checkWishes},
	{tooLate, checkDeadlines},
	{tooEarly, checkEntries},
	{noAddressee, checkOnlyTo},
	{unreached, checkReached},
	{notTaken, checkTaken},
	{heraldCircle, checkHeralds},
	{backInTime, checkStories},
	{noSuchWay, checkWays},
	{overlong, checkLength},
	{fieldLeftOut, checkRequired},
	{stranger, checkStrangers},
	{passed, checkPassed},
	{crossing, checkCrossing},
	{rivals, checkRivals},
	{vainWait, checkWaits},
	{goesRound, checkRounds},
	{heldBack, checkHeld},
	{noHour, checkOpen},
	{sameSegment, checkSame},
	{vacant, checkVacant},
	{askedEarly, checkLater},
	{longGap, checkGaps},
}

// Rules lists what this package can say.
var Rules = rules()

func rules() []*diag.Rule {
	out := make([]*diag.Rule, len(All))
	for i, c := range All {
		out[i] = c.Rule
	}
	return out
}
