using Culvert.Server.Diagnostics;

namespace Culvert.Server.Hosting;

/// <summary>Lets what was accepted reach the log before the store closes.</summary>
internal sealed class FinishCommits(RoomsNode node) : IDrainStep
{
    public DrainStage Stage => DrainStage.FinishWork;

    public string Name => "commits";

    public Task DrainAsync(CancellationToken cancellationToken) => node.DisposeAsync().AsTask();
}
