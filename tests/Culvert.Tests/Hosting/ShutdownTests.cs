using Culvert.Server.Diagnostics;
using Culvert.Server.Hosting;
using Culvert.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Hosting;

public sealed class ShutdownTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly Draining _draining = new();
    private readonly List<string> _order = [];

    public void Dispose() => _draining.Dispose();

    [Fact]
    public async Task Steps_run_stage_by_stage()
    {
        var shutdown = NewShutdown(
            Step(DrainStage.CloseStores, "close"),
            Step(DrainStage.FinishWork, "finish"),
            Step(DrainStage.TellPeers, "tell"));

        await shutdown.RunAsync(_ => Note("requests"), () => Note("stores"));

        Assert.Equal(["tell", "requests", "finish", "close", "stores"], _order);
        Assert.True(_draining.IsDraining);
    }

    [Fact]
    public async Task A_step_that_fails_leaves_the_others_their_turn()
    {
        var shutdown = NewShutdown(
            new TestStep(DrainStage.TellPeers, "broken", _ => throw new InvalidOperationException("broken")),
            Step(DrainStage.FinishWork, "finish"));

        await shutdown.RunAsync(_ => Note("requests"), () => Note("stores"));

        Assert.Equal(["requests", "finish", "stores"], _order);
    }

    [Fact]
    public async Task A_step_that_hangs_is_given_up_in_time()
    {
        var started = new TaskCompletionSource();
        var shutdown = NewShutdown(
            new TestStep(DrainStage.TellPeers, "hangs", _ =>
            {
                started.SetResult();
                return new TaskCompletionSource().Task;
            }),
            Step(DrainStage.FinishWork, "finish"));

        var running = shutdown.RunAsync(_ => Note("requests"), () => Note("stores"));
        await started.Task.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(2));
        await running.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(["requests", "finish", "stores"], _order);
    }

    private Shutdown NewShutdown(params IDrainStep[] steps) =>
        new(steps, _draining, new ServerOptions(), _time, NullLogger<Shutdown>.Instance);

    private TestStep Step(DrainStage stage, string name) => new(stage, name, _ => Note(name));

    private Task Note(string name)
    {
        _order.Add(name);
        return Task.CompletedTask;
    }

    private sealed class TestStep(DrainStage stage, string name, Func<CancellationToken, Task> run) : IDrainStep
    {
        public DrainStage Stage => stage;

        public string Name => name;

        public Task DrainAsync(CancellationToken cancellationToken) => run(cancellationToken);
    }
}
