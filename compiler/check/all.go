package check

import "github.com/trayecto/trayecto/lang/diag"

// All lists the checks by code.
var All = []Check{
	{Rule: asksInService, Run: checkAsksInService},
	{Rule: disguised, Run: checkDisguised},
	{Rule: lawless, Run: checkLawless},
	{Rule: noReason, Run: checkReason},
	{Rule: noWayOut, Run: checkWayOut},
	{Rule: overlap, Run: checkOverlap},
	{Rule: uncovered, Run: checkUncovered},
	{Rule: wrongChannel, Run: checkPurposeChannels},
	{Rule: unconfirmed, Run: checkConfirmed},
	{Rule: nobodyMay, Run: checkAllowed},
	{Rule: disclosedTo, Run: checkSpecial},
	{Rule: contradiction, Run: checkRegimes},
	{Rule: noChannel, Run: checkChannel},
	{Rule: noEntry, Run: checkEntry},
	{Rule: noText, Run: checkTexts},
	{Rule: otherEntry, Run: checkAbout},
	{Rule: unknownLanguage, Run: checkLanguages},
	{Rule: unused, Run: checkUnused},
	{Rule: endless, Run: checkEndless},
	{Rule: lacksCompanion, Written: checkCompanions},
	{Rule: noEffect, Block: checkEffects, Written: checkManner},
	{Rule: noWho, Run: checkWho},
	{Rule: idleDeadline, Run: checkIdle},
	{Rule: wrongKind, Run: checkKinds, Written: checkTypes},
	{Rule: neverOpen, Run: checkHours},
	{Rule: guardsPeople, Run: checkGuards},
	{Rule: impossible, Run: checkAddresses, Part: checkConstants},
	{Rule: noCurrency, Run: checkCurrency},
	{Rule: reserved, Run: checkReserved},
	{Rule: repeated, Written: checkRepeated, Part: checkTerms},
	{Rule: noWeight, Run: checkWeights},
	{Rule: sameForAll, Run: checkAlways},
	{Rule: shadowed, Text: checkShadowed},
	{Rule: noObject, Run: checkPer},
	{Rule: phaseCircle, Run: checkPhases},
	{Rule: idleWish, Run: checkWishes},
	{Rule: tooLate, Run: checkDeadlines},
	{Rule: tooEarly, Run: checkEntries},
	{Rule: noAddressee, Run: checkOnlyTo},
	{Rule: unreached, Run: checkReached},
	{Rule: notTaken, Run: checkTaken},
	{Rule: heraldCircle, Run: checkHeralds},
	{Rule: backInTime, Run: checkStories},
	{Rule: noSuchWay, Run: checkWays},
	{Rule: overlong, Run: checkLength},
	{Rule: fieldLeftOut, Run: checkRequired},
	{Rule: stranger, Run: checkStrangers},
	{Rule: passed, Run: checkPassed},
	{Rule: crossing, Run: checkCrossing},
	{Rule: rivals, Run: checkRivals},
	{Rule: vainWait, Run: checkWaits},
	{Rule: goesRound, Run: checkRounds},
	{Rule: heldBack, Run: checkHeld},
	{Rule: noHour, Run: checkOpen},
	{Rule: sameSegment, Run: checkSame},
	{Rule: vacant, Run: checkVacant},
	{Rule: askedEarly, Run: checkLater},
	{Rule: longGap, Part: checkGaps},
	{Rule: noShare, Run: checkShares},
	{Rule: overruled, Run: checkOverruled},
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
