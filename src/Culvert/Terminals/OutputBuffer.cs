using System.Buffers;

namespace Culvert.Terminals;

/// <summary>Gathers output until it is worth a write. Not thread-safe.</summary>
internal sealed class OutputBuffer(Stream output)
{
    // A pipe holds this much, so one write empties into it without waiting.
    private const int FlushAt = 64 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(FlushAt + 4096);

    /// <summary>Where to write; nothing is seen before a flush.</summary>
    public IBufferWriter<byte> Writer => _buffer;

    /// <summary>True when a flush is due.</summary>
    public bool IsFull => _buffer.WrittenCount >= FlushAt;

    /// <summary>Hands everything over.</summary>
    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_buffer.WrittenCount == 0)
        {
            return;
        }

        try
        {
            await output.WriteAsync(_buffer.WrittenMemory, cancellationToken);
            await output.FlushAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new OutputClosedException(e);
        }
        finally
        {
            _buffer.ResetWrittenCount();
        }
    }
}
