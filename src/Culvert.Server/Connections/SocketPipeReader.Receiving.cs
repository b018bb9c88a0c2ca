using System.IO.Pipelines;
using System.Net.Sockets;

namespace Culvert.Server.Connections;

/// <summary>How the bytes get here: with .NET's sockets, or on a loop of our own.</summary>
internal sealed partial class SocketPipeReader
{
    // With .NET's sockets.
    private SocketReceive? _receive;
    private bool _hasTried;

    // With a loop of our own.
    private SocketReadiness? _readiness;
    private bool _mayHaveMore = true;
    private bool _isOdd;

    /// <summary>True when the bytes, or the end, are still to come.</summary>
    private bool BeginReceive()
    {
        if (_readiness is { } readiness)
        {
            return BeginReceive(readiness);
        }

        if (!_hasTried)
        {
            // On a connection just accepted they are here already: nothing to wait with is needed then.
            _hasTried = true;
            var count = SocketReceive.Now(_socket, Room().Span, out var error);
            if (error != SocketError.WouldBlock)
            {
                EndReceive(count, error);
                return false;
            }
        }

        _receive ??= new SocketReceive(_socket, OnReceived);
        _isReceiving = true;
        if (_receive.Begin(HoldsBuffer ? Room() : default))
        {
            return true;
        }

        EndReceive(_receive);
        return false;
    }

    /// <summary>Tries only when something may have come since the last time that there was nothing.</summary>
    private bool BeginReceive(SocketReadiness readiness)
    {
        if (_mayHaveMore)
        {
            var room = Room();
            var count = SocketReceive.Now(_socket, room.Span, out var error);

            // epoll(7): less than there was room for is all that there was, and more makes another event.
            _mayHaveMore = _isOdd || count == room.Length;
            EndReceive(count, error);
            if (error != SocketError.WouldBlock)
            {
                return false;
            }
        }

        _isReceiving = readiness.TryWait();
        if (!_isReceiving)
        {
            EndReceive(0, SocketError.OperationAborted);
        }

        return _isReceiving;
    }

    private void EndReceive(SocketReceive receive)
    {
        _isReceiving = false;
        var error = receive.SocketError;
        var count = receive.BytesTransferred;
        if (!receive.HasRoom && error == SocketError.Success)
        {
            // Without room the bytes stay in the kernel until the reader comes for them.
            error = SocketError.WouldBlock;
            if (HasRoom())
            {
                count = SocketReceive.Now(_socket, Room().Span, out error);
            }
        }

        EndReceive(count, error);
    }

    private void EndReceive(int count, SocketError error)
    {
        if (error == SocketError.Success && count > 0)
        {
            _buffer.Add(count);
            return;
        }

        if (error != SocketError.WouldBlock)
        {
            _hasEnded = true;
            Error = error;
        }

        Recycle();
    }

    private void OnReceived()
    {
        bool resumes;
        ReadResult result;
        Func<ReadOnlySpan<byte>, int>? takesFirst;
        lock (_gate)
        {
            if (_receive is { } receive)
            {
                EndReceive(receive);
            }

            resumes = GoOn(out takesFirst, out result);
        }

        Tell(takesFirst, resumes, result);
    }

    /// <summary>The same without a receive under way: what is there is taken here.</summary>
    private void OnReadable(bool isOdd)
    {
        bool resumes;
        ReadResult result;
        Func<ReadOnlySpan<byte>, int>? takesFirst;
        lock (_gate)
        {
            (_mayHaveMore, _isOdd) = (true, _isOdd || isOdd);
            if (!_isReceiving)
            {
                // Nobody waits for it, or somebody looks at what came before.
                return;
            }

            _isReceiving = false;
            if (HasRoom())
            {
                BeginReceive();
            }

            resumes = GoOn(out takesFirst, out result);
        }

        Tell(takesFirst, resumes, result);
    }
}
