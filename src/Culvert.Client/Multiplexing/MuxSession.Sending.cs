using System.Buffers;
using Culvert.Protocol.Multiplexing;

namespace Culvert.Client.Multiplexing;

/// <content>The way out: one loop that gathers what is due into batches.</content>
internal sealed partial class MuxSession
{
    /// <summary>
    /// Longest payload of a frame while several streams have something to send. Frames can be cut anywhere, so that
    /// taking turns by frames of this size shares the carrier by bytes.
    /// </summary>
    private const int SharedPayloadBytes = 16 * 1024;

    // A data frame is not begun behind others for less room than this.
    private const int SmallRoomBytes = 1024;

    // After so many batches without waiting, whoever lent his thread gets it back.
    private const int BatchesInARow = 4;

    private readonly WakeSignal _wake = new();
    private readonly Queue<MuxStream> _ready = [];
    private long _sentBytes;
    private TimeSpan _blockedOnCarrier;

    /// <summary>The stream has something to send.</summary>
    /// <param name="stream">Of this session.</param>
    /// <param name="sendsHere">True to send it on this thread, unless another one is sending.</param>
    internal void MarkReady(MuxStream stream, bool sendsHere = false)
    {
        lock (_lock)
        {
            if (stream.IsReady)
            {
                return;
            }

            stream.IsReady = true;
            _ready.Enqueue(stream);
        }

        _wake.Set(sendsHere);
    }

    private async Task<MuxSessionEnd> SendAsync(CancellationToken cancellationToken)
    {
        byte[]? buffer = null;
        var headroom = _carrier.HeadroomBytes;
        var inARow = 0;
        try
        {
            // Ends when the session is over and its last frames are sent, or with the carrier.
            while (true)
            {
                var isOver = IsOver();
                buffer ??= ArrayPool<byte>.Shared.Rent(headroom + Carrier.MaxBatchBytes);
                var bytes = Gather(buffer.AsSpan(headroom, Carrier.MaxBatchBytes), isOver);
                if (bytes > 0)
                {
                    var sentAt = Now;
                    var sending = _carrier.SendAsync(buffer.AsMemory(0, headroom + bytes), cancellationToken);
                    await sending.ConfigureAwait(false);
                    NoteSent(bytes, Now - sentAt);
                    if (++inARow == BatchesInARow)
                    {
                        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
                    }

                    continue;
                }

                if (isOver)
                {
                    return new MuxSessionEnd(MuxSessionEndKind.Closed, "all sent");
                }

                ArrayPool<byte>.Shared.Return(buffer);
                buffer = null;
                inARow = 0;
                await _wake.WaitAsync().ConfigureAwait(false);
            }
        }
        catch (Exception e)
        {
            return Caught(e, cancellationToken);
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private bool IsOver()
    {
        lock (_lock)
        {
            return _isOver;
        }
    }

    private void NoteSent(int bytes, TimeSpan time)
    {
        lock (_lock)
        {
            _sentBytes += bytes;
            _blockedOnCarrier += time;
        }
    }

    /// <summary>Fills a batch: frames without data first, then streams in turn.</summary>
    private int Gather(Span<byte> batch, bool controlsOnly)
    {
        var now = Now;
        var bytes = 0;
        lock (_lock)
        {
            while (batch.Length - bytes >= MuxHeader.Bytes && _mux.TryTakeControl(now, out var header))
            {
                header.Write(batch[bytes..]);
                bytes += MuxHeader.Bytes;
            }
        }

        while (!controlsOnly && batch.Length - bytes >= SmallRoomBytes && TryTakeReady(out var stream, out var isAlone))
        {
            var room = batch.Length - bytes - MuxHeader.Bytes;
            bytes += stream.Send(batch[bytes..], isAlone ? room : Math.Min(room, SharedPayloadBytes), now);
        }

        return bytes;
    }

    private bool TryTakeReady(out MuxStream stream, out bool isAlone)
    {
        lock (_lock)
        {
            var isReady = _ready.TryDequeue(out var next);
            isAlone = _ready.Count == 0;
            // Not null when it is ready.
            stream = next!;
            if (isReady)
            {
                stream.IsReady = false;
            }

            return isReady;
        }
    }
}
