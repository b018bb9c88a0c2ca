using System.Buffers.Binary;
using System.Text;

namespace Culvert.IntegrationTests.Wire;

/// <summary>A WebSocket client without rules of its own: it sends any bytes, and reads frames as they are.</summary>
internal sealed class RawWebSocket : IDisposable
{
    private readonly RawConnection _connection;
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    private RawWebSocket(RawConnection connection)
    {
        _connection = connection;
    }

    /// <summary>The answer to the handshake, with its headers.</summary>
    public string Handshake { get; private set; } = "";

    /// <summary>Bytes received after the handshake so far.</summary>
    public long Received { get; private set; }

    public static async Task<RawWebSocket> OpenAsync(
        Uri address, string path, string? token = null, params string[] headers)
    {
        var socket = new RawWebSocket(await RawConnection.OpenAsync(address));
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

    /// <summary>As <see cref="OpenAsync"/>; fails unless the upgrade was accepted.</summary>
    public static async Task<RawWebSocket> UpgradeAsync(
        Uri address, string path, string? token = null, params string[] headers)
    {
        var socket = await OpenAsync(address, path, token, headers);
        Assert.StartsWith("HTTP/1.1 101 ", socket.Handshake, StringComparison.Ordinal);
        return socket;
    }

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => _connection.SendAsync(bytes);

    public Task SendTextAsync(string text) => SendAsync(RawFrame.BuildText(text));

    /// <summary>The next frame; null at the clean end of TCP. A reset throws.</summary>
    public async Task<RawFrame?> ReadAsync(double seconds = 20)
    {
        if (!await FillAsync(2, seconds))
        {
            return null;
        }

        var (first, second) = (_buffer[_start], _buffer[_start + 1]);
        Assert.True((second & 0x80) == 0, "a server must not mask");
        var header = (second & 0x7f) switch { 126 => 4, 127 => 10, _ => 2 };
        await MustFillAsync(header, seconds);
        var length = header switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(_buffer.AsSpan(_start + 2)),
            10 => (int)BinaryPrimitives.ReadInt64BigEndian(_buffer.AsSpan(_start + 2)),
            _ => second & 0x7f,
        };
        await MustFillAsync(header + length, seconds);
        var payload = _buffer.AsSpan(_start + header, length).ToArray();
        _start += header + length;
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

    public void Dispose() => _connection.Dispose();

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
