using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Culvert.Server.Diagnostics;
using Culvert.Server.Pipes.Endpoints;

namespace Culvert.Server.Tunnels.Streams;

/// <summary>The one head with which a stream begins, in both directions: HTTP/1.1 (RFC 9112) and strict.</summary>
internal static class StreamHeads
{
    /// <summary>The most bytes of a head.</summary>
    public const int MaxBytes = 8 * 1024;

    /// <summary>The most fields of a head.</summary>
    public const int MaxFields = 32;

    /// <summary>How long a head may take to come.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const string Version = "HTTP/1.1";

    /// <summary>Takes the head off a stream, and not one byte more.</summary>
    /// <param name="input">The stream.</param>
    /// <param name="cancellationToken">Fires when it took too long.</param>
    /// <returns>
    /// The head, null when there is none: the peer ended, or sent too much. Malformed is a head with too few parts.
    /// </returns>
    public static async ValueTask<(HttpHead? Head, bool IsMalformed)> ReadAsync(
        PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await input.ReadAsync(cancellationToken);
            var length = HttpHead.LengthIn(read.Buffer);
            if (length is >= 0 and <= MaxBytes)
            {
                var bytes = read.Buffer.Slice(0, length).ToArray();
                input.AdvanceTo(read.Buffer.GetPosition(length));

                // The start line and the blank one are lines, too.
                return bytes.AsSpan().Count("\r\n"u8) > MaxFields + 2 ? default
                    : HttpHead.Parse(bytes) is { } head ? (head, false)
                    : (null, true);
            }

            var isTooLong = length > MaxBytes || read.Buffer.Length >= MaxBytes;
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (isTooLong || read.IsCompleted)
            {
                return default;
            }
        }
    }

    /// <summary>Whether it is a request of the version that is spoken here.</summary>
    public static bool IsRequest(HttpHead head) => head.Start[2] == Version;

    /// <summary>Whether it is an answer of that version.</summary>
    public static bool IsAnswer(HttpHead head) => head.Start[0] == Version && head.Status >= 200;

    /// <summary>The length of the body that follows; -1 when it cannot be told or is over the limit.</summary>
    public static int BodyLength(HttpHead head, int maxBytes)
    {
        if (head["Transfer-Encoding"] is not null)
        {
            return -1;
        }

        return head["Content-Length"] is not { } text ? 0
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= maxBytes
                ? length
                : -1;
    }

    /// <summary>Takes a body off a stream; null when the peer ended before.</summary>
    public static async ValueTask<byte[]?> ReadBodyAsync(
        PipeReader input, int length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            return [];
        }

        var read = await input.ReadAtLeastAsync(length, cancellationToken);
        if (read.Buffer.Length < length)
        {
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            return null;
        }

        var bytes = read.Buffer.Slice(0, length);
        var body = bytes.ToArray();
        input.AdvanceTo(bytes.End);
        return body;
    }

    /// <summary>What an agent is asked for a name.</summary>
    /// <param name="name">The name, as the agent registered it.</param>
    /// <param name="asker">Who asks.</param>
    public static byte[] Connect(string name, StreamAsker asker)
    {
        var head = new StringBuilder($"CONNECT {name}:0 {Version}\r\nHost: {name}:0\r\n");
        if (asker.Address is { } address)
        {
            // RFC 7239 §6: an IPv6 address has brackets, and both have quotes where there are any.
            head.Append(CultureInfo.InvariantCulture, $"Forwarded: for=\"{address}\"\r\n");
        }

        if (asker.User is { } user)
        {
            head.Append(CultureInfo.InvariantCulture, $"Culvert-User: {Uri.EscapeDataString(user)}\r\n");
        }

        return Encoding.ASCII.GetBytes(head.Append("\r\n").ToString());
    }

    /// <summary>An answer that says yes, with a body or without.</summary>
    public static byte[] Answer(int status, string phrase, ReadOnlySpan<byte> json = default)
    {
        var fields = json.IsEmpty
            ? ""
            : string.Create(
                CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {json.Length}\r\n");
        var head = string.Create(CultureInfo.InvariantCulture, $"{Version} {status} {phrase}\r\n{fields}\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. json];
    }

    /// <summary>An answer that says no.</summary>
    public static byte[] Refusal(StreamRefusal refusal)
    {
        var body = ProblemWriter.ToBody(refusal.Code, refusal.Why, refusal.After);
        var head = new StringBuilder();
        head.Append(CultureInfo.InvariantCulture, $"{Version} {refusal.Code.Status} Refused\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Type: {ProblemWriter.ContentType}\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Proxy-Status: {refusal.ProxyStatus}\r\n");
        if (refusal.After is { } after)
        {
            var seconds = Math.Max(1, (long)Math.Ceiling(after.TotalSeconds));
            head.Append(CultureInfo.InvariantCulture, $"Retry-After: {seconds}\r\n");
        }

        return [.. Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), .. body];
    }
}
