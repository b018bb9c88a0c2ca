using System.IO.Pipelines;
using System.Net.Sockets;
using BufferOptions = System.IO.Pipelines.PipeOptions;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>A leg over streams: what comes in is read ahead, up to 64 KiB.</summary>
/// <remarks>
/// Reading goes on after the reader of <see cref="Input"/> has completed, into nothing, so that a peer that still sends
/// can come to its end.
/// </remarks>
internal abstract class StreamLeg : Leg
{
    private const int AheadBytes = 64 * 1024;
    private const int ReadBytes = 16 * 1024;

    private readonly Pipe _pipe = new(new BufferOptions(
        pauseWriterThreshold: AheadBytes,
        resumeWriterThreshold: AheadBytes / 2,
        minimumSegmentSize: ReadBytes,
        useSynchronizationContext: false));

    private bool _endedAbnormally;

    protected StreamLeg(Stream output)
    {
        Output = new StreamOutput(output);
    }

    public override LegKind Kind => LegKind.Bytes;

    public override PipeReader Input => _pipe.Reader;

    public override PipeWriter Output { get; }

    public override bool EndedAbnormally => _endedAbnormally;

    /// <summary>Ends when there is nothing more to read.</summary>
    protected Task Reading { get; private set; } = Task.CompletedTask;

    /// <summary>Whether an exception of a stream means no more than that the peer, or we, ended it.</summary>
    public static bool IsEnd(Exception exception) =>
        exception is IOException or SocketException or InvalidOperationException or NotSupportedException;

    /// <summary>Begins to read; once.</summary>
    /// <param name="stream">What the peer sends.</param>
    /// <param name="waitsFirst">
    /// Whether a read of no bytes waits until there are some, so that an idle leg holds no buffer.
    /// </param>
    protected void Read(Stream stream, bool waitsFirst) => Reading = ReadAsync(stream, waitsFirst);

    /// <summary>Says whether what was read has come to a proper end; before <see cref="Input"/> completes.</summary>
    /// <param name="broke">True when reading failed.</param>
    protected virtual ValueTask<bool> IsProperEndAsync(bool broke) => ValueTask.FromResult(!broke);

    /// <summary>One read; 0 is the end.</summary>
    protected virtual ValueTask<int> ReceiveAsync(Stream stream, Memory<byte> buffer) => stream.ReadAsync(buffer);

    private async Task ReadAsync(Stream stream, bool waitsFirst)
    {
        var broke = false;
        try
        {
            while (true)
            {
                if (waitsFirst)
                {
                    _ = await stream.ReadAsync(Memory<byte>.Empty);
                }

                var count = await ReceiveAsync(stream, _pipe.Writer.GetMemory(ReadBytes));
                if (count == 0)
                {
                    break;
                }

                _pipe.Writer.Advance(count);
                await _pipe.Writer.FlushAsync();
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException || IsEnd(exception))
        {
            broke = true;
        }

        try
        {
            _endedAbnormally = !await IsProperEndAsync(broke);
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // Closed meanwhile.
            _endedAbnormally = true;
        }

        await _pipe.Writer.CompleteAsync();
    }
}
