using System.Buffers;
using System.IO.Pipelines;
using Culvert.Server.Connections;
using Culvert.Server.Files;

namespace Culvert.Server.Front;

/// <summary>Puts answers onto one connection. Small ones are collected; the rest follows in its own sends.</summary>
internal sealed class AnswerSender(FrontServer server, FrontConnection connection)
{
    /// <summary>Larger bodies are sent from where they lie: copying them would cost more than a send.</summary>
    private const int CopiedBytes = 16 * 1024;

    /// <summary>Collected answers beyond this are sent first, in bytes.</summary>
    private const int BatchBytes = 64 * 1024;

    /// <summary>What one connection may send before others have their turn, in bytes.</summary>
    private const int TurnBytes = 1 << 20;

    /// <summary>The peer has to take so much within the time limit, in bytes.</summary>
    private const int ProgressBytes = 64 * 1024;

    private readonly SocketPipeWriter _output = connection.Output;

    /// <summary>True when what was collected is to be sent.</summary>
    public bool IsFull => _output.UnflushedBytes >= BatchBytes;

    /// <summary>Collects an answer; false, with nothing done, when it is not a small one from memory.</summary>
    public bool TryWrite(in FileAnswer answer, bool closes, int minorVersion)
    {
        if (answer.File is not null || answer.Body.Length > CopiedBytes)
        {
            return false;
        }

        Write(answer.Head, closes, minorVersion, answer.Body.Span);
        return true;
    }

    /// <summary>Sends an answer and everything collected before it, and gives back its file.</summary>
    /// <returns>How many bytes of body the system took.</returns>
    public async ValueTask<long> SendAsync(FileAnswer answer, bool closes, int minorVersion)
    {
        using var file = answer.File;
        if (TryWrite(answer, closes, minorVersion))
        {
            return await FlushAsync() ? answer.Body.Length : 0;
        }

        Write(answer.Head, closes, minorVersion, default);
        if (!await FlushAsync())
        {
            return 0;
        }

        var sent = 0L;
        if (file is null)
        {
            sent = await SendAsync(answer.Body);
        }
        else
        {
            foreach (var part in file.Parts)
            {
                sent += await SendAsync(part.Text);
                sent += await SendFileAsync(file, part.Offset, part.Length);
            }
        }

        connection.EnterIdle();
        return sent;
    }

    /// <summary>Sends what was collected. False when the peer is gone.</summary>
    public ValueTask<bool> FlushAsync()
    {
        if (_output.UnflushedBytes == 0)
        {
            return ValueTask.FromResult(!_output.HasEnded);
        }

        var flush = _output.FlushAsync();
        return flush.IsCompletedSuccessfully
            ? ValueTask.FromResult(!flush.Result.IsCompleted)
            : WaitAsync(flush);

        async ValueTask<bool> WaitAsync(ValueTask<FlushResult> flushing)
        {
            connection.EnterSending();
            var result = await flushing;
            connection.EnterIdle();
            return !result.IsCompleted;
        }
    }

    private void Write(AnswerHead head, bool closes, int minorVersion, ReadOnlySpan<byte> body)
    {
        // RFC 9112 §9.3: a client of HTTP/1.0 has to be told that the connection stays.
        var field = closes ? "Connection: close\r\n"u8 : minorVersion == 0 ? "Connection: keep-alive\r\n"u8 : default;
        var date = server.Clock.DateLine;
        var bytes = head.Bytes.AsSpan();
        var length = bytes.Length + field.Length + date.Length + 2 + body.Length;
        var target = _output.GetSpan(length);
        var at = 0;
        Append(target, ref at, bytes[..head.ConnectionOffset]);
        Append(target, ref at, field);
        Append(target, ref at, bytes[head.ConnectionOffset..head.DateOffset]);
        Append(target, ref at, date);
        Append(target, ref at, bytes[head.DateOffset..]);
        Append(target, ref at, "\r\n"u8);
        Append(target, ref at, body);
        _output.Advance(length);
    }

    private static void Append(Span<byte> target, ref int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(target[at..]);
        at += bytes.Length;
    }

    private async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var sent = _output.SendNow(bytes.Span);
        while (sent < bytes.Length && !_output.HasEnded)
        {
            connection.EnterSending();
            var slice = bytes.Slice(sent, Math.Min(ProgressBytes, bytes.Length - sent));
            await _output.SendAsync(slice);
            sent += slice.Length;
            sent += _output.SendNow(bytes.Span[sent..]);
        }

        return sent;
    }

    /// <summary>
    /// Sends bytes of a file without taking them through this process where the system can. On a pool thread, since
    /// the disk may be waited for.
    /// </summary>
    private async ValueTask<long> SendFileAsync(FileBody file, long offset, long length)
    {
        var begin = offset;
        var end = offset + length;
        var turn = 0L;
        while (offset < end && !_output.HasEnded)
        {
            connection.EnterSending();
            var sent = _output.SendFileNow(file.Handle, offset, Math.Min(end - offset, TurnBytes));
            offset += sent;
            turn += sent;
            if (sent == 0)
            {
                sent = await CopyAsync(file, offset, end - offset);
                if (sent == 0)
                {
                    // The file got shorter. The promised length cannot be kept, so the end must not look like one.
                    connection.Close();
                    break;
                }

                offset += sent;
                turn = TurnBytes;
            }

            if (turn >= TurnBytes)
            {
                // After a wait this is the thread that serves sockets; and others want their turn too.
                await Task.Yield();
                turn = 0;
            }
        }

        return offset - begin;
    }

    /// <summary>Sends some bytes of the file by way of memory, and so waits for the peer.</summary>
    private async ValueTask<int> CopyAsync(FileBody file, long offset, long length)
    {
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(length, ProgressBytes));
        try
        {
            var count = RandomAccess.Read(file.Handle, buffer.AsSpan(0, (int)Math.Min(length, buffer.Length)), offset);
            await _output.SendAsync(buffer.AsMemory(0, count));
            return count;
        }
        catch (IOException)
        {
            return 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
