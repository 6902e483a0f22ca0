package solo_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// lessons are the ways in which other pools and miners, and early versions of this one, have thrown away solved blocks, by number. Each has tests of ours
// with the number in their names, TestH07..., TestH08H12...; the one named here tells most.
var lessons = []struct {
	number int
	lost   string
	test   string // empty: nothing of ours can lose a block that way yet
}{
	{1, "the mweb rule was asked for and its data not appended", "TestH01BlocksAreAccepted"},
	{2, "an address of one kind became the script of another", "TestH02DecodeAgreesWithLitecoind"},
	{3, "an address of another coin or network was paid", "TestH03DecodeOtherNetwork"},
	{4, "a node from before a soft fork led to blocks that nobody takes", "TestH04RequiredVersion"},
	{5, "the node refused templates for an hour, and nobody noticed", "TestH05EmptyBlocksWhileTheNodeMakesNone"},
	{6, "a node that was down at the submission counted as success", "TestH06BlockFoundWhileTheNodeIsDead"},
	{7, "one attempt, and its error swallowed", "TestH07H09EveryKindOfFailureThenAccepted"},
	{8, "inconclusive was taken for a rejection", "TestH08H12RivalOfTheSameHeight"},
	{9, "duplicate was taken for a rejection", "TestH09H10AnswersOfTheNode"},
	{10, "a block was called orphaned too early", "TestH10ReorganisationsInBothDirections"},
	{11, "jobs were dropped before there were new ones", "TestH11H12H17BlockForAnOldJobIsSubmitted"},
	{12, "a stale block was discarded unasked", "TestH08H12RivalOfTheSameHeight"},
	{13, "shares were thrown away for their age", "TestH13ShareThatWasHeldUpIsJudged"},
	{14, "a limit on shares stood before the test for a block", "TestH14BlockInAFloodOfBadShares"},
	{15, "the disk was waited for before the submission", "TestH15SlowJournalDoesNotDelaySubmission"},
	{16, "only a share that met its share target could be a block", "TestH16BlockBelowItsShareTargetIsSubmitted"},
	{17, "a share was judged by another job than its own", "TestH17BlocksOfOthersDuringTheSearch"},
	{18, "a header with rolled version bits was rebuilt without them", "TestH18RolledVersionIsInTheBlock"},
	{19, "a tip that was replaced at its height was mined on", "TestH19LitecoindTip"},
	{20, "the node's new cookie was never read", "TestH20NodeRestartsWithANewCookie"},
	{21, "the program died between finding and submitting", "TestH21KilledAtAnyInstant"},
	{22, "of two blocks at once one was dropped", "TestH22TwoSolutionsAtOnceAreBothSubmitted"},
	{23, "a merged chain's node held up the main block, or the main chain's the merged block", "TestH23MergedNodeDoesNotHoldUpTheMainBlock"},
	{24, "the coinbase's height or size was wrong", "TestH24HeightIsPushedAsTheNodeDoes"},
	{25, "MWEB data was made up without a node that checks it", "TestH25ReplyWithoutItsExtensionBlockIsRefused"},
	{26, "the HogEx was moved, or parents of its inputs dropped", "TestH26HogExThatIsNotTheLastIsRefused"},
	{27, "the login was read anew for the block, from a source that had changed", "TestH27SourceOfCredentialsChangesDuringTheRun"},
	{28, "a node that never answered was not given the block, since another one had it", "TestH28NodeThatWasNeverGivenTheBlock"},
	{29, "the network swallowed the submission, and the second came after 50 s", "TestH29SubmissionThatIsSwallowedIsSentAgain"},
	{30, "the parent was unknown for a while, and the block came half a minute after it", "TestH30BlockIsSentSoonAfterItsParentIsKnown"},
	{31, "timeout and a closed terminal signal twice, and the second signal ended the grace", "TestH31SignalThatComesTwice"},
	{32, "the time was over with a block in hand, and the next run was hours away", "TestH32TimeIsOverWithABlockInHand"},
	{33, "the waits of several programs filled the node's RPC threads", "TestH33SubmissionWhileOtherProgramsWait"},
	{34, "a coinbase value that was too small gave fees or half of the reward away", "TestH34TemplateThatPaysTooLittleIsRefused"},
	{35, "a template on an old parent was called harmless", "TestH35TemplateOnAnotherParentThanTheTip"},
	{36, "the payout address was planted in a state directory that somebody else could write", "TestH36StateOfSomebodyElse"},
	{37, "a few megabytes of a node's reply unpacked to gigabytes", "TestH37EndlessReplyEndsAtItsLimit"},
	{38, "a job was forgotten before its solution came", "TestH38SolutionOfAJobOfTenMinutesIsSubmitted"},
	{39, "a merged block was left in the other program's memory", "TestH39MergedBlockOutlivesItsNodeAndTheTip"},
	{41, "a miner kept a solution while the server restarted, which did not know its job any more", "TestH21H41BlockOfTheJobBeforeARestart"},
}

// stratumLessons are those of them that a Stratum server could repeat, with the test in which a miner connects to the real
// server and engine and solves a block.
var stratumLessons = []struct {
	number int
	test   string
}{
	{1, "TestH01H18LitecoindTakesTheBlocks"},
	{7, "TestH07BlockFromAMinerIsSentUntilTheNodeTakesIt"},
	{11, "TestH11H12StaleBlockIsSubmitted"},
	{12, "TestH11H12StaleBlockIsSubmitted"},
	{13, "TestH13BlockOnAConnectionThatClosesWithTheLine"},
	{13, "TestH13BlockThatWasHeldUpIsSubmitted"},
	{14, "TestH14BlockInAFlood"},
	{14, "TestH14BlockOfAMinerThatReadsNothing"},
	{14, "TestH14BlockOfASessionThatIsDropped"},
	{15, "TestH15BlockFromAMinerDoesNotWaitForTheDisk"},
	{16, "TestH16SessionDifficultyAboveTheNetworks"},
	{17, "TestH17H38BlockOfTheOldestJob"},
	{18, "TestH18RolledBitsAreInTheBlock"},
	{21, "TestH21BlockDuringShutdown"},
	{21, "TestH21H41BlockOfTheJobBeforeARestart"},
	{22, "TestH22BlockThatIsSentTwice"},
	{22, "TestH22TwoSessionsFindBlocksAtOnce"},
}

// TestEachLessonHasItsTest keeps the list true.
func TestEachLessonHasItsTest(t *testing.T) {
	tests := map[string]bool{}
	numbered := map[int]int{} // tests of each number
	function := regexp.MustCompile(`(?m)^func (TestH\d\d\w*)\(t \*testing\.T\)`)
	number := regexp.MustCompile(`^H(\d\d)`)
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range function.FindAllSubmatch(text, -1) {
			name := string(m[1])
			tests[name] = true
			for rest := name[len("Test"):]; number.MatchString(rest); rest = rest[len("H00"):] {
				n, _ := strconv.Atoi(rest[1:3])
				numbered[n]++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range lessons {
		switch {
		case i > 0 && l.number <= lessons[i-1].number:
			t.Errorf("lesson %d stands after %d", l.number, lessons[i-1].number)
		case l.test == "" && numbered[l.number] > 0:
			t.Errorf("H%02d has a test, and the list does not name it", l.number)
		case l.test != "" && !tests[l.test]:
			t.Errorf("H%02d, %s: there is no %s", l.number, l.lost, l.test)
		case l.test != "" && !strings.Contains(l.test, "H"+strconv.Itoa(100 + l.number)[1:]):
			t.Errorf("the name %s does not say H%02d", l.test, l.number)
		}
		delete(numbered, l.number)
	}
	for _, l := range stratumLessons {
		if !tests[l.test] || !strings.Contains(l.test, "H"+strconv.Itoa(100 + l.number)[1:]) {
			t.Errorf("H%02d through Stratum: there is no such test as %s", l.number, l.test)
		}
	}
	for n := range numbered {
		t.Errorf("there is a test of H%02d, and the list has no such lesson", n)
	}
}
