using System.Buffers;
using System.Security.Cryptography;
using Culvert.Protocol.WebSockets;

namespace Culvert.Client.Messages;

/// <summary>
/// Writes frames of any number of senders, each whole and in the order of the calls. While one write is under way the
/// next frames gather, and go out together in the next one. Thread-safe.
/// </summary>
/// <remarks>
/// The first sender writes by himself, without a change of threads; what gathers meanwhile is written by a loop that
/// ends when nothing is left.
/// </remarks>
internal sealed class MessageSender(Stream stream, WebSocketRole role, bool deflate, int maxPendingBytes)
{
    // Below this the header of the compressed form outweighs what it saves.
    private const int LeastDeflated = 128;

    // What an idle connection keeps for its next messages.
    private const int MaxSpareBytes = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly byte[] _pong = new byte[FrameHeader.MaxControlPayload];
    private SendBatch _filling = new(new ArrayBufferWriter<byte>());
    private ArrayBufferWriter<byte>? _spare;
    private SendBatch? _writing;

    // While a message goes out in pieces: completes when others may send again.
    private TaskCompletionSource? _inPieces;
    private long _piecesBytes;
    private Task _draining = Task.CompletedTask;
    private int _pongLength = -1;
    private bool _isSealed;
    private bool _isBroken;

    /// <summary>The largest message so far, in bytes.</summary>
    public long LargestBytes { get; private set; }

    /// <summary>Whether anything waits or is under way.</summary>
    public bool IsBusy
    {
        get
        {
            lock (_lock)
            {
                return _writing is not null;
            }
        }
    }

    /// <summary>Puts a message in line.</summary>
    /// <param name="opcode">Text or binary.</param>
    /// <param name="payload">Not kept.</param>
    /// <param name="batch">What it goes out with; pass it to <see cref="FinishAsync"/>.</param>
    /// <returns>
    /// Whether it stands in line; null when there is no room: wait for <see cref="RoomAsync"/>. False after the end.
    /// </returns>
    public bool? TryAdd(Opcode opcode, ReadOnlySpan<byte> payload, out SendBatch batch)
    {
        lock (_lock)
        {
            batch = _filling;
            if (_isSealed || _isBroken)
            {
                return false;
            }

            if (_inPieces is not null || !HasRoom(payload.Length))
            {
                return null;
            }

            _filling.Bytes.GetSpan(payload.Length + FrameHeader.MaxLength);
            LargestBytes = Math.Max(LargestBytes, payload.Length);
            if (deflate && payload.Length >= LeastDeflated)
            {
                WebSocketWriter.WriteDeflatedMessage(_filling.Bytes, opcode, payload, NextKey());
            }
            else
            {
                WebSocketWriter.WriteMessage(_filling.Bytes, opcode, payload, NextKey());
            }

            return true;
        }
    }

    /// <summary>
    /// Puts a piece of a message in line. From the first to the last, messages and first pieces of others find no room;
    /// a message of one piece is an ordinary one. Pieces are not compressed.
    /// </summary>
    /// <param name="piece">Which it is.</param>
    /// <param name="payload">Not kept.</param>
    /// <param name="batch">What it goes out with; pass it to <see cref="FinishAsync"/>.</param>
    /// <inheritdoc cref="TryAdd" path="/returns"/>
    public bool? TryAddPiece(MessagePiece piece, ReadOnlySpan<byte> payload, out SendBatch batch)
    {
        lock (_lock)
        {
            batch = _filling;
            if (_isSealed || _isBroken)
            {
                return false;
            }

            if ((piece.IsFirst && _inPieces is not null) || !HasRoom(payload.Length))
            {
                return null;
            }

            var key = NextKey();
            var header = new FrameHeader
            {
                Fin = piece.IsLast,
                Opcode = piece.IsFirst ? piece.Opcode : Opcode.Continuation,
                Masked = key.HasValue,
                MaskKey = key.GetValueOrDefault(),
                PayloadLength = payload.Length,
            };
            WebSocketWriter.WriteFrame(_filling.Bytes, header, payload);
            _piecesBytes = payload.Length + (piece.IsFirst ? 0 : _piecesBytes);
            LargestBytes = Math.Max(LargestBytes, _piecesBytes);
            if (piece.IsLast)
            {
                EndPieces();
            }
            else
            {
                _inPieces ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return true;
        }
    }

    /// <summary>Completes when there may be room again.</summary>
    /// <param name="isInside">For a further piece: whether others may send does not matter to it.</param>
    public Task RoomAsync(bool isInside = false)
    {
        lock (_lock)
        {
            var turn = isInside ? null : _inPieces?.Task;
            return turn ?? _writing?.Written ?? Task.CompletedTask;
        }
    }

    /// <summary>Sees to it that a batch is written; true when it was.</summary>
    public async ValueTask<bool> FinishAsync(SendBatch batch)
    {
        if (TakeNext(batch) is { } own)
        {
            await WriteAsync(own).ConfigureAwait(false);
            lock (_lock)
            {
                // Awaited by the owner of the connection when that ends.
                _draining = DrainAsync();
            }
        }

        return await batch.Written.ConfigureAwait(false);
    }

    /// <summary>Puts a ping in line, ahead of what finds no room.</summary>
    public void AddPing(ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            if (!_isSealed && !_isBroken)
            {
                WebSocketWriter.WritePing(_filling.Bytes, payload, NextKey());
            }
        }

        Push();
    }

    /// <summary>Answers a ping. One that is not answered yet is passed over for it (RFC 6455 §5.5.3).</summary>
    public void AddPong(ReadOnlySpan<byte> payload)
    {
        lock (_lock)
        {
            payload.CopyTo(_pong);
            _pongLength = payload.Length;
        }

        Push();
    }

    /// <summary>Says the last word: nothing can be put in line behind it.</summary>
    public void AddClose(int code, string reason)
    {
        lock (_lock)
        {
            if (!_isSealed && !_isBroken)
            {
                _isSealed = true;
                EndPieces();
                WebSocketWriter.WriteClose(_filling.Bytes, code, reason, NextKey());
            }
        }

        Push();
    }

    /// <summary>Completes when nothing waits or is under way.</summary>
    public async Task IdleAsync()
    {
        while (IsBusy)
        {
            await RoomAsync(isInside: true).ConfigureAwait(false);
        }
    }

    /// <summary>The transport has ended: completes when nobody uses it any more.</summary>
    public async Task EndAsync()
    {
        Task draining;
        lock (_lock)
        {
            _isBroken = true;
            EndPieces();
            draining = _draining;
            if (_writing is null)
            {
                _filling.Complete(isWritten: false);
            }
        }

        await draining.ConfigureAwait(false);
    }

    /// <summary>Writes what stands in line, unless somebody does already.</summary>
    public void Push()
    {
        lock (_lock)
        {
            if (_writing is null)
            {
                _draining = DrainAsync();
            }
        }
    }

    private async Task DrainAsync()
    {
        while (TakeNext(null) is { } batch)
        {
            await WriteAsync(batch).ConfigureAwait(false);
        }
    }

    /// <summary>The batch to write now; null when there is none, or somebody else writes.</summary>
    private SendBatch? TakeNext(SendBatch? only)
    {
        lock (_lock)
        {
            if (_writing is not null || (only is not null && only != _filling))
            {
                return null;
            }

            if (_pongLength >= 0 && !_isSealed && !_isBroken)
            {
                WebSocketWriter.WritePong(_filling.Bytes, _pong.AsSpan(0, _pongLength), NextKey());
            }

            _pongLength = -1;
            if (_filling.Bytes.WrittenCount == 0)
            {
                return null;
            }

            _writing = _filling;
            _filling = new SendBatch(_spare ?? new ArrayBufferWriter<byte>());
            _spare = null;
            return _writing;
        }
    }

    private async Task WriteAsync(SendBatch batch)
    {
        var isWritten = false;
        try
        {
            if (!_isBroken)
            {
                await stream.WriteAsync(batch.Bytes.WrittenMemory, CancellationToken.None).ConfigureAwait(false);
                isWritten = true;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The reader learns how the connection ended, and tells everybody.
        }

        lock (_lock)
        {
            _writing = null;
            if (batch.Bytes.Capacity <= MaxSpareBytes || _inPieces is not null)
            {
                batch.Bytes.ResetWrittenCount();
                _spare = batch.Bytes;
            }

            if (!isWritten)
            {
                _isBroken = true;
                EndPieces();
                _filling.Complete(isWritten: false);
            }
        }

        batch.Complete(isWritten);
    }

    private bool HasRoom(int bytes)
    {
        var pending = _filling.Bytes.WrittenCount;
        return pending == 0 || pending + (long)bytes <= maxPendingBytes;
    }

    /// <summary>Lets the others in again, or lets them see that it is over.</summary>
    private void EndPieces()
    {
        _inPieces?.TrySetResult();
        _inPieces = null;
        _spare = _spare?.Capacity <= MaxSpareBytes ? _spare : null;
    }

    private uint? NextKey()
    {
        if (role == WebSocketRole.Server)
        {
            return null;
        }

        Span<byte> key = stackalloc byte[sizeof(uint)];
        RandomNumberGenerator.Fill(key);
        return BitConverter.ToUInt32(key);
    }
}
