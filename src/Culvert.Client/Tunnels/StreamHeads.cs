using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Culvert.Protocol.Rooms;

namespace Culvert.Client.Tunnels;

/// <summary>The one HTTP/1.1 head with which each stream of a tunnel begins, in both directions.</summary>
internal static class StreamHeads
{
    /// <summary>How long a head of the server's own request may take to come.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>What says yes to the server's CONNECT.</summary>
    public static readonly byte[] Agreed = "HTTP/1.1 200 OK\r\n\r\n"u8.ToArray();

    private const int MaxBytes = 8 * 1024;
    private const int MaxFields = 32;

    /// <summary>Takes the head off a stream, and not one byte more; null when there is none.</summary>
    /// <param name="input">The stream.</param>
    /// <param name="cancellationToken">Fires when it took too long.</param>
    public static async ValueTask<byte[]?> ReadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        // Ends with the head, with the stream, at the limit, or by the token.
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            var length = LengthIn(read.Buffer);
            if (length is > 0 and <= MaxBytes)
            {
                var head = read.Buffer.Slice(0, length).ToArray();
                input.AdvanceTo(read.Buffer.GetPosition(length));

                // The start line and the blank one are lines, too.
                return head.AsSpan().Count("\r\n"u8) <= MaxFields + 2 ? head : null;
            }

            var isTooLong = read.Buffer.Length >= MaxBytes;
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (isTooLong || read.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <summary>Takes a body off a stream: its beginning, when it is longer than the limit or the stream.</summary>
    public static async ValueTask<byte[]> ReadBodyAsync(
        PipeReader input, string? contentLength, int maxBytes, CancellationToken cancellationToken)
    {
        var isKnown = int.TryParse(contentLength, NumberStyles.None, CultureInfo.InvariantCulture, out var length);
        if (!isKnown || length == 0)
        {
            return [];
        }

        var read = await input.ReadAtLeastAsync(Math.Min(length, maxBytes), cancellationToken).ConfigureAwait(false);
        var body = read.Buffer.Slice(0, Math.Min(Math.Min(length, maxBytes), read.Buffer.Length));
        var bytes = body.ToArray();
        input.AdvanceTo(body.End);
        return bytes;
    }

    /// <summary>A request without a body.</summary>
    public static byte[] Request(string method, string target, string host) =>
        Encoding.ASCII.GetBytes($"{method} {target} HTTP/1.1\r\nHost: {host}\r\n\r\n");

    /// <summary>The request that registers names, all or none.</summary>
    public static byte[] Register(IEnumerable<TunnelName> names)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body, ClientJson.Writer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("names");
            foreach (var name in names)
            {
                writer.WriteStartObject();
                writer.WriteString("name", name.Name);
                writer.WriteString("instance", name.Instance);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        const string head = "POST /names HTTP/1.1\r\nHost: culvert\r\nContent-Type: application/json\r\n";
        return Whole(head, body.WrittenSpan);
    }

    /// <summary>The answer to a CONNECT of the server whose target was not reached.</summary>
    /// <param name="code">Of the catalogue.</param>
    /// <param name="why">A sentence.</param>
    public static byte[] Refusal(ErrorCode code, string why)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body, ClientJson.Writer))
        {
            writer.WriteStartObject();
            writer.WriteString("title", code.Why);
            writer.WriteNumber("status", code.Status);
            writer.WriteString("detail", why);
            writer.WriteString("code", code.Code);
            writer.WriteBoolean("retry", code.Retry);
            writer.WriteEndObject();
        }

        // RFC 9209 §2.3.
        var error = code == ErrorCode.TargetTimeout ? "connection_timeout" : "destination_unavailable";
        var head = string.Create(CultureInfo.InvariantCulture, $"HTTP/1.1 {code.Status} Refused\r\n")
            + $"Content-Type: application/problem+json\r\nProxy-Status: culvert; error={error}\r\n";
        return Whole(head, body.WrittenSpan);
    }

    private static byte[] Whole(string head, ReadOnlySpan<byte> body)
    {
        var length = string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n");
        return [.. Encoding.ASCII.GetBytes(head + length), .. body];
    }

    private static long LengthIn(ReadOnlySequence<byte> bytes)
    {
        var reader = new SequenceReader<byte>(bytes);
        return reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n\r\n"u8) ? reader.Consumed : -1;
    }
}
