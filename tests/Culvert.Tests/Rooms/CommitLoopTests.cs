using Culvert.Protocol.Rooms;
using Culvert.Server.Rooms;
using Culvert.Tests.Simulation;
using Culvert.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Rooms;

public sealed class CommitLoopTests : IDisposable
{
    private readonly RoomRig _rig = new(new RoomOptions { MaxPendingAppends = 10, MaxPendingBytes = 1000 });
    private readonly List<int> _sizes = [];
    private readonly List<string?> _completed = [];

    public CommitLoopTests()
    {
        _rig.Commits.Committed = (count, _) => _sizes.Add(count);
    }

    [Fact]
    public async Task What_comes_while_a_commit_runs_is_the_next_one()
    {
        _rig.Store.IsSlow = true;
        Submit("a");
        var first = _rig.Commits.CommitOnceAsync();
        Submit("b");
        Submit("c");

        _rig.Store.Release(0);
        Assert.True(await first);
        Assert.Equal(["a"], _completed);
        var second = _rig.Commits.CommitOnceAsync();
        _rig.Store.Release(0);
        Assert.True(await second);

        Assert.Equal([1, 2], _sizes);
        Assert.Equal(["a", "b", "c"], _completed);
        Assert.False(await _rig.Commits.CommitOnceAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task After_a_slow_commit_the_next_waits_until_as_many_came_again(bool isSlow)
    {
        var again = new TaskCompletionSource();
        _rig.Commits.Committed = (count, _) =>
        {
            _sizes.Add(count);
            if (_sizes.Sum() == 4)
            {
                again.SetResult();
            }
        };
        _rig.Store.IsSlow = true;
        Submit("a");
        Submit("b");
        var first = _rig.Commits.CommitOnceAsync();
        _rig.Time.Advance(isSlow ? TimeSpan.FromHours(1) : TimeSpan.FromMilliseconds(3));
        _rig.Store.Release(0);
        Assert.True(await first);
        _rig.Store.IsSlow = false;

        _rig.Commits.Start();
        Submit("c");
        if (!isSlow)
        {
            // Nothing waits for a second one.
            await _rig.Commits.DisposeAsync();
            Assert.Equal([2, 1], _sizes);
            return;
        }

        Submit("d");

        await again.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal([2, 2], _sizes);
        await _rig.Commits.DisposeAsync();
    }

    [Fact]
    public void Nothing_is_acknowledged_or_shown_before_it_is_committed()
    {
        var outlet = new ScriptedOutlet();
        _rig.Subscribe(_rig.Connect(outlet));
        _rig.Store.IsSlow = true;
        Submit("a");
        var commit = _rig.Commits.CommitOnceAsync();
        _rig.Run();
        Assert.Empty(_completed);
        Assert.Equal("ready", RoomRig.Outline(outlet));

        _rig.Store.Release(0);
        World.Sync(commit);
        _rig.Run();

        Assert.Equal(["a"], _completed);
        Assert.Equal("ready msg:1", RoomRig.Outline(outlet));
    }

    [Fact]
    public void Several_appends_stay_together_and_in_order()
    {
        var appends = new[] { Append("a"), Append("b"), Append("c") };

        Assert.Null(_rig.Rooms.Submit(_rig.Room, RoomRig.Alice, appends));
        _rig.Commit();

        Assert.Equal([1, 2, 3], appends.Select(append => append.Offset));
        Assert.Equal([3], _sizes);
    }

    [Theory]
    [InlineData(CommitFault.Full, AppendOutcome.StorageFull)]
    [InlineData(CommitFault.Failed, AppendOutcome.StorageFailed)]
    [InlineData(CommitFault.Unknown, AppendOutcome.StorageFailed)]
    internal void A_failure_fails_all_of_the_commit_and_nobody_tries_again(CommitFault fault, AppendOutcome outcome)
    {
        _rig.Store.Fault = fault;
        var failed = new[] { Submit("a"), Submit("b") };
        _rig.Commit();
        _rig.Store.Fault = CommitFault.None;

        var next = Submit("c");
        _rig.Commit();

        Assert.Equal([outcome, outcome], failed.Select(append => append.Outcome));
        Assert.Equal(["a", "b", "c"], _completed);
        Assert.Equal(AppendOutcome.Committed, next.Outcome);
        Assert.Equal([0, 1], _sizes);
    }

    [Fact]
    public void Readers_get_what_was_committed_although_it_was_reported_failed()
    {
        var outlet = new ScriptedOutlet();
        _rig.Publish("one");
        _rig.Subscribe(_rig.Connect(outlet));
        _rig.Run();
        _rig.Store.Fault = CommitFault.Unknown;
        _rig.Publish("two", "three");
        _rig.Store.Fault = CommitFault.None;

        _rig.Run();

        Assert.Equal("ready msg:2 msg:3", RoomRig.Outline(outlet));
        Assert.Equal(4, _rig.Do(Acts.Message("4"u8.ToArray(), null)).Offset);
    }

    [Fact]
    public void A_ban_that_was_reported_failed_holds_all_the_same()
    {
        var outlet = new ScriptedOutlet();
        _rig.Subscribe(_rig.Connect(outlet));
        _rig.Run();
        _rig.Store.Fault = CommitFault.Unknown;

        _rig.Do(Acts.Ban(TestUsers.Bob, "bob", null, null), RoomRig.Owner);
        _rig.Run();

        Assert.EndsWith("bye", RoomRig.Outline(outlet), StringComparison.Ordinal);
        Assert.Equal(ErrorCode.NotFound, _rig.Enter("lobby", RoomRig.Bob).Refusal!.Code);
    }

    [Fact]
    public void While_a_result_is_unknown_a_cursor_ahead_is_no_gap_but_asked_to_wait()
    {
        _rig.Store.ReadsFail = true;
        _rig.Store.Fault = CommitFault.Unknown;
        _rig.Publish("one");
        var subscriber = _rig.Connect(new ScriptedOutlet());
        Refusal? Enter() => RoomDirectory.Enter(
            new Subscription(_rig.Room, subscriber, RoomRig.After(_rig.Room, 1), GapPolicy.Oldest));

        Assert.Equal(ErrorCode.Overloaded, Enter()!.Code);

        _rig.Store.ReadsFail = false;
        _rig.Store.Fault = CommitFault.None;
        _rig.Publish("two");
        Assert.Null(Enter());
    }

    [Fact]
    public void A_sender_that_fails_to_hear_does_not_stop_the_others()
    {
        var deaf = new SimulatedAppend(
            _rig.Room, RoomRig.Alice, Acts.Message("1"u8.ToArray(), null), false,
            static _ => throw new InvalidOperationException("Deaf."));
        Assert.Null(_rig.Rooms.Submit(_rig.Room, RoomRig.Alice, deaf));
        Submit("b");

        _rig.Commit();

        Assert.Equal(["b"], _completed);
    }

    [Fact]
    public void Beyond_the_bound_of_appends_publishers_are_refused()
    {
        for (var i = 0; i < 10; i++)
        {
            Submit($"{i}");
        }

        var extra = Append("extra");
        Assert.Equal(ErrorCode.Overloaded, _rig.Rooms.Submit(_rig.Room, RoomRig.Alice, extra)!.Code);
        _rig.Commit();

        Assert.Equal(0, extra.Completions);
        Submit("again");
    }

    [Fact]
    public void Beyond_the_bound_of_bytes_publishers_are_refused()
    {
        Submit("a", 600);
        var extra = Append("b", 600);

        Assert.Equal(ErrorCode.Overloaded, _rig.Rooms.Submit(_rig.Room, RoomRig.Alice, extra)!.Code);

        _rig.Commit();
        Assert.Null(_rig.Rooms.Submit(_rig.Room, RoomRig.Alice, extra));
    }

    [Fact]
    public async Task Stopping_commits_what_was_taken_and_refuses_the_rest()
    {
        await using var loop = new CommitLoop(
            _rig.Store, _rig.Options, _rig.Time, NullLogger<CommitLoop>.Instance);
        var taken = Append("a");
        Assert.True(_rig.Room.TryBegin(taken));
        Assert.True(loop.TryEnqueue(taken));
        loop.Start();

        await loop.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.Equal(AppendOutcome.Committed, taken.Outcome);
        Assert.False(loop.TryEnqueue(Append("b")));
    }

    [Fact]
    public async Task Publishers_of_many_threads_are_all_answered()
    {
        await using var loop = new CommitLoop(
            _rig.Inner, new RoomOptions(), TimeProvider.System, NullLogger<CommitLoop>.Instance);
        loop.Start();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(user => Task.Run(async () =>
        {
            for (var i = 0; i < 200; i++)
            {
                var append = new AwaitedAppend(
                    _rig.Room, RoomRig.CallerOf(10 + user), Acts.Message("1"u8.ToArray(), null), false);
                Assert.True(_rig.Room.TryBegin(append));
                Assert.True(loop.TryEnqueue(append));
                await append.Done.WaitAsync(TimeSpan.FromSeconds(30));
            }
        })));

        Assert.Equal(1600, _rig.Room.LastOffset);
    }

    public void Dispose() => _rig.Dispose();

    private SimulatedAppend Append(string key, int length = 1) => new(
        _rig.Room, RoomRig.Alice, Acts.Message(TestAppend.Json(new string('x', length)), key), false,
        append => _completed.Add(append.Key));

    private SimulatedAppend Submit(string key, int length = 1)
    {
        var append = Append(key, length);
        Assert.Null(_rig.Rooms.Submit(_rig.Room, RoomRig.Alice, append));
        return append;
    }
}
