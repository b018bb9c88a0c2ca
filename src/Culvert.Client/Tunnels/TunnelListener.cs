using System.Threading.Channels;
using Culvert.Client.Messages;
using Culvert.Client.Multiplexing;
using Culvert.Protocol.Rooms;

namespace Culvert.Client.Tunnels;

/// <summary>Accepts the streams that others open to a name. Thread-safe.</summary>
/// <remarks>
/// As with a TCP listener, a stream stands before it is accepted: its peer may write into it. It comes back by itself
/// after a lost connection, and what waits to be accepted then is dropped.
/// </remarks>
public sealed class TunnelListener : IStreamTaker, IAsyncDisposable, IDisposable
{
    /// <summary>Streams that wait to be accepted; further ones are refused.</summary>
    public const int Backlog = 128;

    private readonly TunnelSession _session;
    private readonly TimeProvider _time;
    private readonly TunnelName _name;
    private readonly Channel<DuplexStream> _waiting = Channel.CreateBounded<DuplexStream>(Backlog);

    internal TunnelListener(TunnelSession session, string name, string instance, TimeProvider time)
    {
        _session = session;
        _time = time;
        _name = new TunnelName(name, instance, this);
    }

    /// <summary>The name.</summary>
    public string Name => _name.Name;

    /// <summary>Whether a stream waits to be accepted.</summary>
    public bool Pending => _waiting.Reader.Count > 0;

    internal TunnelName Registration => _name;

    /// <summary>The next stream.</summary>
    /// <param name="cancellationToken">Stops waiting; no stream is lost.</param>
    /// <returns>The caller's, to dispose of.</returns>
    /// <exception cref="TunnelException">The session has ended, or the listener was disposed of.</exception>
    public async ValueTask<DuplexStream> AcceptAsync(CancellationToken cancellationToken = default)
    {
        // Ends with a stream that is still there, the session, or the token.
        while (true)
        {
            DuplexStream stream;
            try
            {
                stream = await _waiting.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (ChannelClosedException e)
            {
                throw e.InnerException is TunnelException why
                    ? new TunnelException(why.Stage, why.Code, why.Message, why)
                    : new TunnelException(TunnelStage.Session, TunnelException.Closed, "The listener was closed.", e);
            }

            if (stream.End == DuplexStreamEnd.None)
            {
                return stream;
            }

            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The next stream, blocking.</summary>
    /// <inheritdoc cref="AcceptAsync" path="/returns"/>
    /// <inheritdoc cref="AcceptAsync" path="/exception"/>
    public DuplexStream Accept() => BlockingCall.Wait(AcceptAsync());

    /// <summary>Gives the name back and resets what waits; accepted streams go on.</summary>
    public async ValueTask DisposeAsync()
    {
        End(null);
        await _session.RemoveAsync(_name).ConfigureAwait(false);
    }

    /// <inheritdoc cref="DisposeAsync"/>
    public void Dispose() => BlockingCall.Wait(DisposeAsync());

    async Task IStreamTaker.TakeAsync(MuxStream stream, StreamRequest request, CancellationToken cancellationToken)
    {
        if (_waiting.Reader.Count >= Backlog)
        {
            var refusal = StreamHeads.Refusal(ErrorCode.TargetUnreachable, "too many streams wait to be accepted");
            await stream.Output.WriteAsync(refusal, CancellationToken.None).ConfigureAwait(false);
            stream.Finish();
            await stream.DisposeAsync().ConfigureAwait(false);
            return;
        }

        // The answer goes out before anybody can write behind it.
        await stream.Output.WriteAsync(StreamHeads.Agreed, CancellationToken.None).ConfigureAwait(false);
        var accepted = new DuplexStream(stream, Name, request, _time);
        if (!_waiting.Writer.TryWrite(accepted))
        {
            accepted.Abort();
            await accepted.DisposeAsync().ConfigureAwait(false);
        }
    }

    void IStreamTaker.End(TunnelException? error) => End(error);

    private void End(TunnelException? error)
    {
        _waiting.Writer.TryComplete(error);
        while (_waiting.Reader.TryRead(out var stream))
        {
            stream.Abort();
            stream.Dispose();
        }
    }
}
