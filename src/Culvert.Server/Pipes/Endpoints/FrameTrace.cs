using System.Buffers;
using System.Globalization;
using System.Text;
using Culvert.Protocol.WebSockets;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>
/// Describes what goes by, for <c>-v</c>: of a WebSocket each frame, of bytes each piece; one line with the direction,
/// the length and the start of the payload. For one caller at a time.
/// </summary>
internal sealed class FrameTrace(string direction, bool isFrames, Action<string> say)
{
    /// <summary>As much of a payload as fits on a line beside the rest.</summary>
    public const int ShownBytes = 40;

    private readonly byte[] _header = new byte[FrameHeader.MaxLength];
    private readonly byte[] _shown = new byte[ShownBytes];
    private int _headerLength;
    private int _shownLength;
    private long _remaining;
    private FrameHeader _frame;
    private bool _inFrame;
    private bool _isLost;

    /// <summary>The next bytes, in any pieces.</summary>
    public void Add(in ReadOnlySequence<byte> bytes)
    {
        if (!isFrames)
        {
            if (!bytes.IsEmpty)
            {
                var start = bytes.Slice(0, Math.Min(bytes.Length, ShownBytes)).ToArray();
                Say("bytes", bytes.Length, Escape(start, bytes.Length));
            }

            return;
        }

        foreach (var piece in bytes)
        {
            Add(piece.Span);
        }
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        while (!_isLost && (bytes.Length > 0 || (_inFrame && _remaining == 0)))
        {
            if (!_inFrame)
            {
                bytes = bytes[Begin(bytes)..];
                continue;
            }

            var count = (int)Math.Min(bytes.Length, _remaining);
            var shown = Math.Min(count, ShownBytes - _shownLength);
            bytes[..shown].CopyTo(_shown.AsSpan(_shownLength));
            _shownLength += shown;
            _remaining -= count;
            bytes = bytes[count..];
            if (_remaining == 0)
            {
                End();
            }
        }
    }

    /// <summary>Takes bytes of a header; returns how many.</summary>
    private int Begin(ReadOnlySpan<byte> bytes)
    {
        _header[_headerLength++] = bytes[0];
        var status = FrameHeader.TryParse(_header.AsSpan(0, _headerLength), out _frame, out _);
        switch (status)
        {
            case ParseStatus.Complete:
                (_inFrame, _remaining, _shownLength, _headerLength) = (true, _frame.PayloadLength, 0, 0);
                break;
            case ParseStatus.NeedsMoreData:
                break;
            default:
                _isLost = true;
                say($"{direction} no frame: {status}");
                break;
        }

        return 1;
    }

    private void End()
    {
        _inFrame = false;
        var payload = _shown.AsSpan(0, _shownLength);
        if (_frame.Masked)
        {
            Masking.Apply(payload, _frame.MaskKey, 0);
        }

        var kind = _frame.Opcode.ToString().ToLowerInvariant();
        var more = _frame.Fin ? "" : "+";
        var deflated = _frame.Rsv1 ? " compressed" : "";
        var text = _frame.Opcode == Opcode.Close && payload.Length >= 2
            ? string.Create(CultureInfo.InvariantCulture, $"{(payload[0] << 8) | payload[1]} ")
                + Escape(payload[2..], _frame.PayloadLength - 2)
            : Escape(payload, _frame.PayloadLength);
        Say(kind + more + deflated, _frame.PayloadLength, text);
    }

    private void Say(string kind, long length, string text) =>
        say(string.Create(CultureInfo.InvariantCulture, $"{direction} {kind} {length} {text}"));

    /// <summary>Readable as it is, or else as escapes; nothing a terminal would obey.</summary>
    private static string Escape(ReadOnlySpan<byte> payload, long length)
    {
        var text = new StringBuilder("\"");
        while (payload.Length > 0)
        {
            var status = Rune.DecodeFromUtf8(payload, out var rune, out var count);
            if (status == OperationStatus.Done && !IsHidden(rune))
            {
                text.Append(rune.Value is '"' or '\\' ? "\\" : "").Append(rune.ToString());
            }
            else if (status == OperationStatus.NeedMoreData && length > ShownBytes)
            {
                // Cut by us, not by the sender.
                break;
            }
            else
            {
                Append(text, payload[..count]);
            }

            payload = payload[count..];
        }

        return text.Append(length > ShownBytes ? "\"…" : "\"").ToString();
    }

    private static void Append(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            text.Append(value switch
            {
                (byte)'\n' => "\\n",
                (byte)'\r' => "\\r",
                (byte)'\t' => "\\t",
                _ => string.Create(CultureInfo.InvariantCulture, $"\\x{value:x2}"),
            });
        }
    }

    private static bool IsHidden(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
        or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
