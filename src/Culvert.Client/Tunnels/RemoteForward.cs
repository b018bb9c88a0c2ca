using System.Net.Sockets;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Rooms;

namespace Culvert.Client.Tunnels;

/// <summary>Connects each stream of a name to one target on this side.</summary>
internal sealed class RemoteForward(DialTarget target, TunnelOptions options) : IStreamTaker
{
    public async Task TakeAsync(MuxStream stream, StreamRequest request, CancellationToken cancellationToken)
    {
        var socket = await DialAsync(stream, request, cancellationToken).ConfigureAwait(false);
        if (socket is null)
        {
            return;
        }

        var startedAt = options.TimeProvider.GetTimestamp();
        await stream.Output.WriteAsync(StreamHeads.Agreed, CancellationToken.None).ConfigureAwait(false);
        var relay = new SocketRelay(socket, stream, options.Linger, options.TimeProvider);
        var error = await relay.RunAsync(cancellationToken).ConfigureAwait(false);
        var duration = options.TimeProvider.GetElapsedTime(startedAt);

        // Seen from who asked: what it sent went out of the stream.
        options.OnForwarded?.Invoke(new ForwardedConnection(
            request.From, $"{target}", relay.ReceivedBytes, relay.SentBytes, duration, error));
    }

    public void End(TunnelException? error)
    {
        // Every connection has ended with its carrier.
    }

    /// <summary>Null after a refusal.</summary>
    private async Task<Socket?> DialAsync(
        MuxStream stream, StreamRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await target.DialAsync(options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or TimeoutException)
        {
            var code = e is TimeoutException ? ErrorCode.TargetTimeout : ErrorCode.TargetUnreachable;
            var why = e is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                ? "connection refused"
                : e.Message;
            var refusal = StreamHeads.Refusal(code, $"the agent cannot reach its target: {why}");
            await stream.Output.WriteAsync(refusal, CancellationToken.None).ConfigureAwait(false);
            stream.Finish();
            await stream.DisposeAsync().ConfigureAwait(false);
            options.OnForwarded?.Invoke(new ForwardedConnection(
                request.From, $"{target}", 0, 0, TimeSpan.Zero, $"cannot reach {target}: {why}"));
            return null;
        }
        catch (OperationCanceledException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }
}
