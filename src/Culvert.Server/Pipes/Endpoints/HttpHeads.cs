using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;

namespace Culvert.Server.Pipes.Endpoints;

/// <summary>Takes the head of an HTTP message off a connection, and not one byte more.</summary>
internal static class HttpHeads
{
    /// <summary>From a leg. What follows the head stays in its input.</summary>
    /// <returns>Null when the peer ended, sent too much or something else.</returns>
    public static async ValueTask<HttpHead?> ReadAsync(PipeReader input, CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var length = HttpHead.LengthIn(result.Buffer);
            if (length >= 0)
            {
                var head = length > HttpHead.MaxBytes ? null : HttpHead.Parse(result.Buffer.Slice(0, length).ToArray());
                input.AdvanceTo(result.Buffer.GetPosition(length));
                return head;
            }

            var isTooLong = result.Buffer.Length >= HttpHead.MaxBytes;
            input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (isTooLong || result.IsCompleted)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// From a socket, byte by byte: what follows belongs to somebody else, who reads the socket himself. Once a
    /// connection.
    /// </summary>
    /// <returns>Null when the peer ended, sent too much or something else.</returns>
    public static async ValueTask<HttpHead?> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var bytes = new byte[HttpHead.MaxBytes];
        for (var length = 0; length < bytes.Length; length++)
        {
            if (await socket.ReceiveAsync(bytes.AsMemory(length, 1), SocketFlags.None, cancellationToken) == 0)
            {
                return null;
            }

            if (bytes.AsSpan(0, length + 1).EndsWith("\r\n\r\n"u8))
            {
                return HttpHead.Parse(bytes.AsSpan(0, length + 1));
            }
        }

        return null;
    }
}
