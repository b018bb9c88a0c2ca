using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;
using Culvert.IntegrationTests.Processes;

namespace Culvert.IntegrationTests.Tunnels;

/// <summary>Many bytes through a socket, and how many came with which hash. Every wait is bounded.</summary>
internal static class ManyBytes
{
    private const int BlockBytes = 64 * 1024;

    /// <summary>One call may wait this long, on a machine that does other things; seconds.</summary>
    private const double Patience = 60;

    /// <summary>Sends so many bytes of the seed's and the end of the direction; returns their hash.</summary>
    public static async Task<(long Bytes, string Hash)> SendAsync(Socket to, int seed, long bytes)
    {
        var block = NewBlock(seed);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var left = bytes; left > 0; left -= BlockBytes)
        {
            BinaryPrimitives.WriteInt64BigEndian(block, left);
            var part = block.AsMemory(0, (int)Math.Min(left, BlockBytes));
            hash.AppendData(part.Span);
            await SendAllAsync(to, part);
        }

        to.Shutdown(SocketShutdown.Send);
        return (bytes, Convert.ToHexString(hash.GetHashAndReset()));
    }

    /// <summary>Reads to the end; returns the number of bytes and their hash.</summary>
    public static async Task<(long Bytes, string Hash)> ReceiveAsync(Socket from)
    {
        var bytes = 0L;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await ReadAsync(from, part =>
        {
            bytes += part.Length;
            hash.AppendData(part.Span);
            return ValueTask.CompletedTask;
        });
        return (bytes, Convert.ToHexString(hash.GetHashAndReset()));
    }

    /// <summary>Sends so many bytes and the end of the direction, as fast as they are taken.</summary>
    public static async Task PourAsync(Socket to, long bytes)
    {
        var block = NewBlock(1);
        for (var left = bytes; left > 0; left -= BlockBytes)
        {
            await SendAllAsync(to, block.AsMemory(0, (int)Math.Min(left, BlockBytes)));
        }

        to.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Reads to the end, and lets the bytes go.</summary>
    public static Task DiscardAsync(Socket from) => ReadAsync(from, _ => ValueTask.CompletedTask);

    /// <summary>Sends back what comes, and then its end.</summary>
    public static async Task EchoAsync(Socket socket)
    {
        await ReadAsync(socket, part => SendAllAsync(socket, part));
        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Sends until the connection is broken.</summary>
    public static async Task FloodAsync(Socket to)
    {
        var block = NewBlock(1);
        try
        {
            while (true)
            {
                await to.SendAsync(block, Bounded.Cancelled);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // That is how it is stopped.
        }
    }

    private static byte[] NewBlock(int seed)
    {
        var block = new byte[BlockBytes];
        new Random(seed).NextBytes(block);
        return block;
    }

    private static async Task ReadAsync(Socket from, Func<Memory<byte>, ValueTask> take)
    {
        var block = new byte[BlockBytes];
        for (int count; (count = await from.ReceiveAsync(block, Bounded.Cancelled).Within(Patience)) > 0;)
        {
            await take(block.AsMemory(0, count));
        }
    }

    private static async ValueTask SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes, Bounded.Cancelled).Within(Patience)..];
        }
    }
}
