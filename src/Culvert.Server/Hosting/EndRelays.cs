using Culvert.Server.Diagnostics;
using Culvert.Server.Pipes.Relaying;

namespace Culvert.Server.Hosting;

/// <summary>Tells both ends of every piped session to come back, and waits for them to go.</summary>
internal sealed class EndRelays(RelayTable relays) : IDrainStep
{
    public DrainStage Stage => DrainStage.TellPeers;

    public string Name => "pipes";

    public Task DrainAsync(CancellationToken cancellationToken) => relays.DrainAsync(cancellationToken);
}
