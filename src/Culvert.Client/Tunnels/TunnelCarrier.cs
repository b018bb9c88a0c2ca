using Culvert.Client.Multiplexing;
using Culvert.Protocol.Multiplexing;

namespace Culvert.Client.Tunnels;

/// <summary>One WebSocket of a link with the streams on it.</summary>
internal sealed class TunnelCarrier
{
    // So many ended streams are kept before they are looked through.
    private const int FirstPrune = 64;

    private readonly WebSocketCarrier _wire;
    private readonly TunnelNames _names;

    /// <summary>Begins at once to carry.</summary>
    public TunnelCarrier(WebSocketCarrier wire, TunnelNames names, TunnelOptions options)
    {
        _wire = wire;
        _names = names;
        Mux = new MuxSession(wire, MuxRole.Client, new MuxSessionOptions
        {
            TimeProvider = options.TimeProvider,
            Limits = new MultiplexerOptions
            {
                MaxStreamWindow = options.MaxStreamWindow,
                SessionBudget = options.SessionBudget,
            },
        });
        Served = ServeAsync();
        Ended = RunAsync();
    }

    public MuxSession Mux { get; }

    /// <summary>Completes when the connection and its streams have ended, and never fails.</summary>
    public Task<LinkEnd> Ended { get; }

    /// <summary>Completes soon after it, when nobody works on a stream of the server's any more.</summary>
    public Task Served { get; }

    private async Task<LinkEnd> RunAsync()
    {
        var end = await Mux.RunAsync(CancellationToken.None).ConfigureAwait(false);
        if (_wire.PeerClose is not { } close)
        {
            return new LinkEnd(0, $"the connection was lost: {end.Why}");
        }

        var reason = close.Reason.Length > 0 ? $": {close.Reason}" : "";
        return new LinkEnd(close.Code, $"the server closed with {close.Code}{reason}");
    }

    /// <summary>Takes the streams that the server opens; ends with the session and the last of them.</summary>
    private async Task ServeAsync()
    {
        using var gone = new CancellationTokenSource();
        var running = new List<Task>();
        var pruneAt = FirstPrune;
        while (await Mux.AcceptAsync(CancellationToken.None).ConfigureAwait(false) is { } stream)
        {
            if (running.Count >= pruneAt)
            {
                running.RemoveAll(static task => task.IsCompleted);
                pruneAt = Math.Max(FirstPrune, running.Count * 2);
            }

            running.Add(_names.ServeAsync(stream, gone.Token));
        }

        await gone.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(running).ConfigureAwait(false);
    }
}
