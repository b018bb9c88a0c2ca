using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace Culvert.Publishing;

/// <summary>
/// Cuts input into lines; LF and CRLF end one, and the last needs no end. Blank lines are counted and skipped.
/// </summary>
/// <param name="input">The bytes.</param>
/// <param name="maxBytes">Bytes of a line at most, so that input without line breaks cannot fill the memory.</param>
internal sealed class InputLines(Stream input, int maxBytes)
{
    /// <summary>The lines that are not blank.</summary>
    public async IAsyncEnumerable<InputLine> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(input, new StreamPipeReaderOptions(leaveOpen: true, bufferSize: 64 * 1024));
        var number = 1L;
        var skipping = false;
        while (true)
        {
            // A read of a terminal or a pipe does not hear of cancellation; leave it behind, the process ends anyway.
            var read = await reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(cancellationToken);
            var buffer = read.Buffer;
            while (TryCut(ref buffer, read.IsCompleted, out var line))
            {
                var found = skipping ? new InputLine(number, InputLineKind.TooLong, "") : Of(number, line);
                skipping = false;
                number++;
                if (found is { } shown)
                {
                    yield return shown;
                }
            }

            if (buffer.Length > maxBytes)
            {
                skipping = true;
                buffer = buffer.Slice(buffer.End);
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                if (skipping)
                {
                    yield return new InputLine(number, InputLineKind.TooLong, "");
                }

                yield break;
            }
        }
    }

    private static bool TryCut(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }

        line = buffer;
        if (!isLast || buffer.IsEmpty)
        {
            return false;
        }

        buffer = buffer.Slice(buffer.End);
        return true;
    }

    private InputLine? Of(long number, ReadOnlySequence<byte> line)
    {
        if (line.Length > maxBytes)
        {
            return new InputLine(number, InputLineKind.TooLong, "");
        }

        ReadOnlySpan<byte> bytes = line.IsSingleSegment ? line.FirstSpan : line.ToArray();
        bytes = bytes is [.. var start, (byte)'\r'] ? start : bytes;
        if (!Utf8.IsValid(bytes))
        {
            return new InputLine(number, InputLineKind.NotUtf8, "");
        }

        var text = Encoding.UTF8.GetString(bytes);
        return string.IsNullOrWhiteSpace(text) ? null : new InputLine(number, InputLineKind.Text, text);
    }
}
