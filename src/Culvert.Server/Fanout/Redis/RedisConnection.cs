using System.Buffers;
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Culvert.Server.Fanout.Redis;

/// <summary>A connection to Redis: commands out, replies in. One call of each at a time.</summary>
internal sealed class RedisConnection : IAsyncDisposable
{
    private const int FirstBufferBytes = 16 << 10;

    private readonly Stream _stream;
    private byte[] _buffer = new byte[FirstBufferBytes];
    private int _start;
    private int _end;
    private Task<int>? _reading;

    private RedisConnection(Stream stream)
    {
        _stream = stream;
    }

    /// <summary>Connects and signs in.</summary>
    public static async Task<RedisConnection> OpenAsync(RedisAddress address, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (address.IsSecure)
            {
                var secure = new SslStream(stream);
                stream = secure;
                await secure.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions { TargetHost = address.Host }, cancellationToken);
            }

            var connection = new RedisConnection(stream);
            await connection.SignInAsync(address, cancellationToken);
            return connection;
        }
        catch
        {
            socket.Dispose();
            if (stream is not null)
            {
                await stream.DisposeAsync();
            }

            throw;
        }
    }

    /// <summary>Adds a command in the form that Redis reads.</summary>
    public static void Write(IBufferWriter<byte> output, params ReadOnlySpan<byte[]> words)
    {
        WriteLine(output, '*', words.Length);
        foreach (var word in words)
        {
            WriteLine(output, '$', word.Length);
            output.Write(word);
            output.Write("\r\n"u8);
        }
    }

    /// <summary>Sends commands; what they are answered with is read by <see cref="ReadAsync"/>, in order.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> commands, CancellationToken cancellationToken) =>
        _stream.WriteAsync(commands, cancellationToken);

    /// <summary>The next reply; null when none began within the limit, and then it may be asked for again.</summary>
    /// <exception cref="IOException">The connection ended.</exception>
    /// <exception cref="InvalidDataException">The other side does not speak RESP2.</exception>
    public async ValueTask<RespValue?> ReadAsync(
        TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (RespParser.TryRead(_buffer.AsSpan(_start, _end - _start), out var value, out var length))
            {
                _start += length;
                return value;
            }

            try
            {
                await FillAsync(limit, time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return null;
            }
        }
    }

    /// <summary>The next reply, if it is no error.</summary>
    public async ValueTask<RespValue> ReadReplyAsync(CancellationToken cancellationToken)
    {
        var reply = await ReadAsync(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken)
            ?? throw new IOException("no answer");
        return reply.Kind == RespKind.Error ? throw new IOException($"the server said: {reply.Text}") : reply;
    }

    public async ValueTask DisposeAsync()
    {
        // Ends a read that still waits.
        await _stream.DisposeAsync();
        if (_reading is not null)
        {
            await ((Task)_reading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void WriteLine(IBufferWriter<byte> output, char sign, int number) =>
        output.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{sign}{number}\r\n")));

    private async Task SignInAsync(RedisAddress address, CancellationToken cancellationToken)
    {
        var commands = new ArrayBufferWriter<byte>();
        var replies = 0;
        if (address.Password is { } password)
        {
            replies++;
            if (address.User is { } user)
            {
                Write(commands, "AUTH"u8.ToArray(), Encoding.UTF8.GetBytes(user), Encoding.UTF8.GetBytes(password));
            }
            else
            {
                Write(commands, "AUTH"u8.ToArray(), Encoding.UTF8.GetBytes(password));
            }
        }

        if (address.Database != 0)
        {
            replies++;
            Write(
                commands,
                "SELECT"u8.ToArray(),
                Encoding.ASCII.GetBytes(address.Database.ToString(CultureInfo.InvariantCulture)));
        }

        // Something has to be answered before the connection counts: a server that loads says so here.
        replies++;
        Write(commands, "PING"u8.ToArray());
        await SendAsync(commands.WrittenMemory, cancellationToken);
        for (; replies > 0; replies--)
        {
            await ReadReplyAsync(cancellationToken);
        }
    }

    private async Task FillAsync(TimeSpan limit, TimeProvider time, CancellationToken cancellationToken)
    {
        // A read that was waited for in vain goes on: TLS does not survive one that is given up.
        if (_reading is null)
        {
            MakeRoom();
            _reading = _stream.ReadAsync(_buffer.AsMemory(_end), CancellationToken.None).AsTask();
        }

        var count = await _reading.WaitAsync(limit, time, cancellationToken);
        _reading = null;
        _end += count;
        if (count == 0)
        {
            throw new IOException("the server ended the connection");
        }
    }

    private void MakeRoom()
    {
        if (_end < _buffer.Length)
        {
            return;
        }

        var rest = _buffer.AsSpan(_start, _end - _start);
        if (rest.Length > 2 * RespParser.MaxBulkBytes)
        {
            throw new InvalidDataException("the server sent a reply that is too large");
        }

        var target = rest.Length > _buffer.Length / 2 ? new byte[_buffer.Length * 2] : _buffer;
        rest.CopyTo(target);
        (_buffer, _start, _end) = (target, 0, rest.Length);
    }
}
