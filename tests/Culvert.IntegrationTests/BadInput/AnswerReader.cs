using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using Culvert.IntegrationTests.Wire;

namespace Culvert.IntegrationTests.BadInput;

/// <summary>
/// Reads the answers of one connection, one after the other, and forgives nothing: what a strict client would not
/// accept fails the test.
/// </summary>
internal sealed partial class AnswerReader(RawConnection connection)
{
    private const int MostHeadBytes = 16 * 1024;

    private readonly byte[] _chunk = new byte[32 * 1024];
    private readonly List<byte> _bytes = [];

    /// <summary>Reads one answer to its end; null when the connection ends in front of it.</summary>
    /// <param name="isHead">Whether it answers HEAD, and so has no body.</param>
    public async Task<RawAnswer?> ReadAsync(bool isHead = false)
    {
        int end;
        while ((end = IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (_bytes.Count > MostHeadBytes)
            {
                throw Wrong("no end of a head");
            }

            if (!await FillAsync())
            {
                return _bytes.Count == 0 ? null : throw Wrong("the end in the middle of a head");
            }
        }

        var head = Encoding.Latin1.GetString([.. _bytes[..end]]);
        var (status, fields) = Parse(head);
        _bytes.RemoveRange(0, end + 4);
        var body = isHead || status is < 200 or 204 or 304 ? [] : await BodyAsync(head, fields);
        return new RawAnswer(status, fields, body);
    }

    /// <summary>Reads one answer that must come.</summary>
    public async Task<RawAnswer> MustReadAsync(bool isHead = false) =>
        await ReadAsync(isHead) ?? throw new InvalidDataException("the connection ended without an answer");

    /// <summary>Null when the peer has ended its side and sent nothing more; otherwise what came instead.</summary>
    public async Task<string?> FaultOfEndAsync()
    {
        while (_bytes.Count < MostHeadBytes && await FillAsync())
        {
            // All of it, for the message.
        }

        return _bytes.Count == 0 ? null : $"more came: {Encoding.Latin1.GetString([.. _bytes])}";
    }

    private async Task<byte[]> BodyAsync(string head, List<(string Name, string Value)> fields)
    {
        var framing = fields.Where(f => f.Name.ToUpperInvariant() is "CONTENT-LENGTH" or "TRANSFER-ENCODING").ToList();
        return framing switch
        {
            [("Content-Length", var text)] when int.TryParse(
                text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) => await TakeAsync(count),
            [("Transfer-Encoding", "chunked")] => await ChunksAsync(),
            _ => throw Wrong($"an answer without exactly one good framing:\n{head}"),
        };
    }

    private async Task<byte[]> ChunksAsync()
    {
        List<byte> body = [];
        while (true)
        {
            List<byte> line = [];
            while (line is not [.., (byte)'\r', (byte)'\n'])
            {
                line.AddRange(await TakeAsync(1));
            }

            var size = Encoding.Latin1.GetString([.. line[..^2]]);
            if (!int.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var count))
            {
                throw Wrong($"a chunk of size {size}");
            }

            body.AddRange(await TakeAsync(count));
            if (!(await TakeAsync(2)).SequenceEqual("\r\n"u8.ToArray()))
            {
                throw Wrong("no end of a chunk");
            }

            if (count == 0)
            {
                return [.. body];
            }
        }
    }

    private async Task<byte[]> TakeAsync(int count)
    {
        while (_bytes.Count < count)
        {
            if (!await FillAsync())
            {
                throw Wrong($"the end in the middle of a body, {count} bytes before its end");
            }
        }

        byte[] taken = [.. _bytes[..count]];
        _bytes.RemoveRange(0, count);
        return taken;
    }

    private static (int Status, List<(string Name, string Value)> Fields) Parse(string head)
    {
        var lines = head.Split("\r\n");
        var first = StatusLine().Match(lines[0]);
        if (!first.Success)
        {
            throw new InvalidDataException($"no status line: {head}");
        }

        List<(string Name, string Value)> fields = [];
        foreach (var line in lines[1..])
        {
            var field = FieldLine().Match(line);
            fields.Add(field.Success
                ? (field.Groups[1].Value, field.Groups[2].Value)
                : throw new InvalidDataException($"no header line: {line}"));
        }

        return (int.Parse(first.Groups[1].Value, CultureInfo.InvariantCulture), fields);
    }

    private async Task<bool> FillAsync()
    {
        var count = await connection.ReceiveAsync(_chunk, seconds: 10);
        _bytes.AddRange(_chunk.AsSpan(0, count));
        return count > 0;
    }

    private int IndexOf(ReadOnlySpan<byte> text) => CollectionsMarshal.AsSpan(_bytes).IndexOf(text);

    private InvalidDataException Wrong(string what) =>
        new($"{what}: {Encoding.Latin1.GetString([.. _bytes.Take(1000)])}");

    [GeneratedRegex(@"^HTTP/1\.1 ([1-5]\d\d) [ -~]+\z")]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ([\t -~]*)\z")]
    private static partial Regex FieldLine();
}
