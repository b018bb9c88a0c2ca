using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Wire;

/// <summary>A WebSocket end without rules of its own: it sends any bytes, and reads frames as they are.</summary>
internal sealed class RawWebSocket : IDisposable
{
    private readonly RawConnection _connection;
    private readonly SemaphoreSlim _sending = new(1, 1);
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    private RawWebSocket(RawConnection connection, bool isServer = false)
    {
        _connection = connection;
        IsServer = isServer;
    }

    /// <summary>True for a back end: it reads masked frames and sends plain ones.</summary>
    public bool IsServer { get; }

    /// <summary>What the other side said of the handshake, with its headers.</summary>
    public string Handshake { get; private set; } = "";

    /// <summary>Bytes received after the handshake so far.</summary>
    public long Received { get; private set; }

    public static Task<RawWebSocket> OpenAsync(
        Uri address, string path, string? token = null, params string[] headers) =>
        OpenAsync(address, path, token, headers, buffer: 0);

    /// <summary>Opens with buffers of that size in the kernel; fails unless the upgrade was accepted.</summary>
    public static async Task<RawWebSocket> UpgradeSmallAsync(Uri address, string path, int buffer) =>
        MustBeUpgraded(await OpenAsync(address, path, token: null, [], buffer));

    /// <summary>The server's side of a connection: reads the request and agrees to it.</summary>
    public static async Task<RawWebSocket> AcceptAsync(RawConnection connection)
    {
        var socket = new RawWebSocket(connection, isServer: true);
        await socket.ReadHandshakeAsync();
        var key = socket.Handshake.Split("\r\n")
            .First(line => line.StartsWith("Sec-WebSocket-Key: ", StringComparison.OrdinalIgnoreCase))[19..];
        await connection.SendAsync(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            + $"Sec-WebSocket-Accept: {Accept(key)}\r\n\r\n");
        return socket;
    }

    /// <summary>Opens a WebSocket; fails unless the upgrade was accepted.</summary>
    public static async Task<RawWebSocket> UpgradeAsync(
        Uri address, string path, string? token = null, params string[] headers)
    {
        return MustBeUpgraded(await OpenAsync(address, path, token, headers));
    }

    /// <summary>Sends when what others send has gone out.</summary>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, double seconds = 30)
    {
        await _sending.WaitAsync(Bounded.Cancelled).Within(seconds);
        try
        {
            await _connection.SendAsync(bytes, seconds);
        }
        finally
        {
            _sending.Release();
        }
    }

    public Task SendTextAsync(string text) => SendFrameAsync(RawFrame.TextMessage, Encoding.UTF8.GetBytes(text));

    /// <summary>A whole frame, masked if this is a client.</summary>
    public Task SendFrameAsync(int opcode, ReadOnlySpan<byte> payload, double seconds = 30) =>
        SendAsync(RawFrame.Build(opcode, payload, masked: !IsServer), seconds);

    public Task SendCloseAsync(int code, string reason = "") => SendFrameAsync(
        RawFrame.Close, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(reason)]);

    /// <summary>The next frame; null at the clean end of TCP. A reset throws.</summary>
    public async Task<RawFrame?> ReadAsync(double seconds = 20)
    {
        if (!await FillAsync(2, seconds))
        {
            return null;
        }

        var (first, second) = (_buffer[_start], _buffer[_start + 1]);
        Assert.True((second & 0x80) != 0 == IsServer, "a client must mask, a server must not");
        var header = (second & 0x7f) switch { 126 => 4, 127 => 10, _ => 2 };
        await MustFillAsync(header, seconds);
        var length = header switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 2)),
            10 => (int)BinaryPrimitives.ReadInt64BigEndian(_buffer.AsSpan(_start + 2)),
            _ => second & 0x7f,
        };
        var mask = IsServer ? 4 : 0;
        await MustFillAsync(header + mask + length, seconds);
        var payload = _buffer.AsSpan(_start + header + mask, length).ToArray();
        Unmask(payload, _buffer.AsSpan(_start + header, mask));
        _start += header + mask + length;
        return new RawFrame((first & 0x80) != 0, (first >> 4) & 7, first & 15, payload);
    }

    /// <summary>Reads on, answering nothing, until TCP ends cleanly; returns the frames.</summary>
    public async Task<List<RawFrame>> ReadToEndAsync(double seconds = 10)
    {
        List<RawFrame> frames = [];
        while (await ReadAsync(seconds) is { } frame)
        {
            frames.Add(frame);
        }

        return frames;
    }

    /// <summary>The next line in a text frame that matches; frames may hold several.</summary>
    public async Task<string> FirstLineAsync(Func<string, bool> matches, double seconds = 20)
    {
        while (await ReadAsync(seconds) is { } frame)
        {
            if (frame.Opcode == RawFrame.TextMessage && frame.Text.Split('\n').FirstOrDefault(matches) is { } line)
            {
                return line;
            }
        }

        throw new EndOfStreamException("the end before the line that was waited for");
    }

    public void Reset() => _connection.Reset();

    /// <summary>Says that nothing more comes (FIN), and can still read.</summary>
    public void EndSending() => _connection.EndSending();

    public void Dispose()
    {
        _connection.Dispose();
        _sending.Dispose();
    }

    private static async Task<RawWebSocket> OpenAsync(
        Uri address, string path, string? token, string[] headers, int buffer)
    {
        var socket = new RawWebSocket(await RawConnection.OpenAsync(address, buffer, buffer));
        List<string> lines =
        [
            $"GET {path} HTTP/1.1", $"Host: {address.Authority}", "Upgrade: websocket", "Connection: Upgrade",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", .. headers,
        ];
        if (token is not null)
        {
            lines.Add($"Authorization: Bearer {token}");
        }

        await socket._connection.SendAsync(string.Join("\r\n", lines) + "\r\n\r\n");
        await socket.ReadHandshakeAsync();
        return socket;
    }

    private static RawWebSocket MustBeUpgraded(RawWebSocket socket)
    {
        Assert.StartsWith("HTTP/1.1 101 ", socket.Handshake, StringComparison.Ordinal);
        return socket;
    }

    /// <summary>RFC 6455 §4.2.2, step 5.4: not the server's code, which is what is tested.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "Prescribed, and no secret depends on it.")]
    private static string Accept(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

    private static void Unmask(Span<byte> payload, ReadOnlySpan<byte> mask)
    {
        for (var i = 0; !mask.IsEmpty && i < payload.Length; i++)
        {
            payload[i] ^= mask[i & 3];
        }
    }

    private async Task ReadHandshakeAsync()
    {
        while (true)
        {
            var end = _buffer.AsSpan(_start, _end - _start).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                Handshake = Encoding.ASCII.GetString(_buffer, _start, end);
                _start += end + 4;
                return;
            }

            await MustFillAsync(_end - _start + 1, 20);
        }
    }

    private async Task MustFillAsync(int count, double seconds)
    {
        if (!await FillAsync(count, seconds))
        {
            throw new EndOfStreamException("the end inside a frame");
        }
    }

    private async Task<bool> FillAsync(int count, double seconds)
    {
        while (_end - _start < count)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            if (count > _buffer.Length)
            {
                Array.Resize(ref _buffer, count + (64 * 1024));
            }

            var read = await _connection.ReceiveAsync(_buffer.AsMemory(_end), seconds);
            if (read == 0)
            {
                Assert.True(_end == _start, "the end inside a frame");
                return false;
            }

            _end += read;
            Received += read;
        }

        return true;
    }
}
