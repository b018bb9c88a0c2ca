using System.Text;

namespace Culvert.Client.Connecting;

/// <summary>Reads the answers at the beginning of a connection. Not thread-safe: one for each connection.</summary>
internal sealed class ResponseReader(Stream stream)
{
    /// <summary>Room for large cookies; an answer with a longer head is none.</summary>
    private const int MaxHeadBytes = 16 * 1024;

    private const int MaxBodyHeadBytes = 1024;

    // 100 and 103 may come before the answer; who sends more of them than this has none.
    private const int MaxInterim = 5;

    private byte[] _buffer = new byte[2048];
    private int _count;

    /// <summary>What was read behind the last head.</summary>
    public ReadOnlyMemory<byte> Rest => _buffer.AsMemory(0, _count);

    /// <summary>The next answer that is not an interim one, 101 aside; null when there is none.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<ResponseHead?> ReadAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i <= MaxInterim; i++)
        {
            var head = await ReadHeadAsync(cancellationToken).ConfigureAwait(false);
            if (head is not { Status: >= 100 and < 200 and not 101 })
            {
                return head;
            }
        }

        return null;
    }

    /// <summary>The beginning of the body, as text without control characters; what there is of it.</summary>
    public async Task<string> ReadBodyHeadAsync(ResponseHead head, CancellationToken cancellationToken)
    {
        var length = long.TryParse(head["Content-Length"], out var announced) ? announced : MaxBodyHeadBytes;
        var wanted = (int)Math.Clamp(length, 0, MaxBodyHeadBytes);
        try
        {
            while (_count < wanted && await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                // More of it came.
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The answer itself matters more than the rest of its words.
        }

        var text = Encoding.UTF8.GetString(_buffer.AsSpan(0, Math.Min(_count, wanted)));
        return new string([.. text.Select(c => char.IsControl(c) && c is not '\n' ? ' ' : c)]).Trim();
    }

    private async Task<ResponseHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var end = _buffer.AsSpan(0, _count).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var head = ResponseHead.Parse(_buffer.AsSpan(0, end + 4));
                _count -= end + 4;
                _buffer.AsSpan(end + 4, _count).CopyTo(_buffer);
                return head;
            }

            if (_count >= MaxHeadBytes || !await FillAsync(cancellationToken).ConfigureAwait(false))
            {
                return null;
            }
        }
    }

    private async Task<bool> FillAsync(CancellationToken cancellationToken)
    {
        if (_count == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await stream.ReadAsync(_buffer.AsMemory(_count), cancellationToken).ConfigureAwait(false);
        _count += read;
        return read > 0;
    }
}
