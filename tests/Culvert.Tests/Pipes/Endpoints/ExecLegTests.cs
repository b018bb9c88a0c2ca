using Culvert.Server.Pipes.Endpoints;
using Culvert.Tests.Support;

namespace Culvert.Tests.Pipes.Endpoints;

/// <summary>Programs as ends of pipes.</summary>
public sealed class ExecLegTests
{
    [Fact]
    public async Task A_program_gets_its_input_and_its_end_and_still_answers()
    {
        var leg = await Loopback.OpenAsync("exec:tr a-z A-Z");
        await Loopback.WriteAsync(leg, "question");

        await leg.FinishAsync();

        Assert.Equal("QUESTION", await Loopback.ReadToEndAsync(leg));
        Assert.False(leg.EndedAbnormally);
        Assert.Equal("exit 0", leg.EndNote);
        await leg.DisposeAsync();
    }

    [Theory]
    [InlineData("exec:exit 3", "exit 3")]
    [InlineData("exec:/nonexistent/program 2>/dev/null", "exit 127")]
    [InlineData("exec:kill -9 $$", "signal 9")]
    public async Task A_program_that_fails_is_no_proper_end(string endpoint, string note)
    {
        var leg = await Loopback.OpenAsync(endpoint);

        Assert.Equal("", await Loopback.ReadToEndAsync(leg));

        Assert.True(leg.EndedAbnormally);
        Assert.Equal(note, leg.EndNote);
        await leg.DisposeAsync();
    }

    [Fact]
    public async Task A_program_that_went_takes_nothing_more()
    {
        var leg = await Loopback.OpenAsync("exec:true");
        await Loopback.ReadToEndAsync(leg);

        Assert.True((await Loopback.WriteAsync(leg, "x")).IsCompleted);
        await leg.DisposeAsync();
    }

    [Theory]
    [InlineData("exec:cat", 0)]
    [InlineData("exec:sleep 1000", 1)]
    [InlineData("exec:trap '' INT; echo deaf; sleep 1000 & wait", 2)]
    [InlineData("exec:trap '' INT TERM; echo deaf; while :; do sleep 1000; done", 3)]
    public Task A_program_is_told_ever_more_clearly_to_end(string endpoint, int signals) =>
        BestOfThree.MustTakeLessThanAsync((signals + 1.9) * ExecLeg.Patience, async () =>
        {
            var leg = await Loopback.OpenAsync(endpoint);
            if (endpoint.Contains("echo", StringComparison.Ordinal))
            {
                // Before it says so, it would hear the first signal.
                var deaf = await leg.Input.ReadAsync(Loopback.Cancelled).AsTask()
                    .WaitAsync(Loopback.Limit, Loopback.Cancelled);
                leg.Input.AdvanceTo(deaf.Buffer.End);
            }

            var started = TimeProvider.System.GetTimestamp();
            await leg.DisposeAsync().AsTask().WaitAsync(Loopback.Limit, Loopback.Cancelled);
            var took = TimeProvider.System.GetElapsedTime(started);

            Assert.True(took > (signals - 0.2) * ExecLeg.Patience, $"{took}");
            return took;
        });

    [Fact]
    public async Task An_abort_ends_the_whole_group()
    {
        var leg = await Loopback.OpenAsync("exec:sleep 1000 | sleep 1000");
        var reading = Loopback.ReadToEndAsync(leg);

        leg.Abort();

        await reading;
        Assert.True(leg.EndedAbnormally);
        Assert.Null(leg.EndNote);
        await leg.DisposeAsync();
    }

    [Fact]
    public async Task A_program_that_floods_is_held_back_and_ends_with_the_pipe()
    {
        var leg = await Loopback.OpenAsync("exec:yes");

        var result = await leg.Input.ReadAsync(Loopback.Cancelled);

        Assert.InRange(result.Buffer.Length, 1, 128 * 1024);
        leg.Input.AdvanceTo(result.Buffer.End);
        await leg.DisposeAsync().AsTask().WaitAsync(Loopback.Limit, Loopback.Cancelled);
    }
}
