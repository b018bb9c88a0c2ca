using System.Net.Sockets;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <content>How it ends: who said what, and what senders and receivers are told.</content>
internal sealed partial class MessageConnection
{
    private void End(in WebSocketEvent frame)
    {
        if (frame.Kind == WebSocketEventKind.Failure)
        {
            Fail(frame.CloseCode, frame.Reason, _reader.RefusedBytes);
            return;
        }

        lock (_lock)
        {
            Answer(_handshake.PeerClosed(frame.CloseCode, frame.Reason));
            var cause = frame.CloseCode == CloseCode.MessageTooBig
                ? new MessageTooBigException(CloseSide.Remote, 0, _sender.LargestBytes)
                : null;
            var by = frame.Reason.StartsWith("relay:", StringComparison.Ordinal) ? CloseSide.Relay : CloseSide.Remote;
            _closing = _closing is { } ours
                ? ours with { IsClean = true }
                : new CloseInfo(frame.CloseCode, frame.Reason, by, IsClean: true, cause);
        }
    }

    /// <summary>The other side broke a rule, or a limit with so many bytes.</summary>
    private void Fail(int code, string reason, long refusedBytes)
    {
        lock (_lock)
        {
            Answer(_handshake.Fail(code, reason));
            var cause = code != CloseCode.MessageTooBig ? null
                : refusedBytes > _limits.LargestBytes && _limits.LargestBytes > _limits.MaxMessageBytes
                    ? new MessageTooBigException(
                        CloseSide.Local,
                        _limits.LargestBytes,
                        refusedBytes,
                        nameof(MessageLimits.MaxPiecedMessageBytes))
                : new MessageTooBigException(CloseSide.Local, _limits.MaxMessageBytes, refusedBytes);
            _closing = _closing is { } ours
                ? ours with { IsClean = false }
                : new CloseInfo(code, reason, CloseSide.Local, IsClean: false, cause);
        }
    }

    private void Answer(CloseStep step)
    {
        if (step.SendsClose)
        {
            _sender.AddClose(step.Code, step.Reason);
        }
    }

    /// <summary>The transport's end, so that the other side gets all that was sent to it.</summary>
    private async Task TakeLeaveAsync()
    {
        using var limit = new CancellationTokenSource(_limits.CloseTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, _abort.Token);
        await _sender.IdleAsync().WaitAsync(either.Token).ConfigureAwait(false);
        if (_closing is { IsClean: true } && _isServer)
        {
            return;
        }

        // Closing a socket with bytes unread resets it, and the reset can overtake our Close. The client also leaves
        // the first step to the server (RFC 6455 §7.1.1).
        if (_closing is not { IsClean: true } && _stream is NetworkStream network)
        {
            network.Socket.Shutdown(SocketShutdown.Send);
        }

        var discarded = new byte[4096];
        while (await _stream.ReadAsync(discarded, either.Token).ConfigureAwait(false) > 0)
        {
            // Nothing it says counts any more.
        }
    }

    /// <summary>What to tell a sender who came too late.</summary>
    private async Task<ConnectionClosedException> ClosedAsync()
    {
        CloseInfo? ours;
        lock (_lock)
        {
            ours = _closing;
            if (ours is null)
            {
                // Writing broke: the reader finds out why, but not for ever.
                _deadline ??= _time.CreateTimer(
                    _ => Abort(null), null, _limits.CloseTimeout, Timeout.InfiniteTimeSpan);
            }
        }

        return (ours ?? await Ended.ConfigureAwait(false)).ToException();
    }

    private CloseInfo Conclude()
    {
        if (_closing is { } known)
        {
            return known;
        }

        var by = _cause is TimeoutException ? CloseSide.Local : CloseSide.Remote;
        var reason = _cause is TimeoutException late ? late.Message : "";
        return new CloseInfo(CloseCode.Abnormal, reason, by, IsClean: false, _cause);
    }
}
