using System.Buffers;
using System.IO.Compression;
using System.Text;
using Culvert.Protocol.WebSockets;
using Culvert.Server.Pipes.Relaying;

namespace Culvert.Tests.Pipes;

/// <summary>Compression piece by piece, against the codec that has whole messages.</summary>
public sealed class MessageInflaterTests
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 40)));

    [Fact]
    public void A_message_is_restored_wherever_it_is_cut()
    {
        var wire = RawMessage.Deflate(Text);
        using var inflater = new MessageInflater();
        for (var first = 0; first <= wire.Length; first++)
        {
            for (var second = first; second <= wire.Length; second += 7)
            {
                Assert.Equal(Text, Inflate(inflater, [wire[..first], wire[first..second], wire[second..]]));
            }
        }
    }

    [Fact]
    public void Nothing_and_a_zero_are_empty_messages()
    {
        using var inflater = new MessageInflater();

        Assert.Empty(Inflate(inflater, [[]])!);
        Assert.Empty(Inflate(inflater, [[0]])!);
        Assert.Equal(Text, Inflate(inflater, [RawMessage.Deflate(Text)]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_final_block_may_end_the_data_wherever_it_is_cut(bool isFilledUp)
    {
        byte[] wire = [.. Finished(Text), .. isFilledUp ? new byte[1] : []];
        using var inflater = new MessageInflater();
        for (var cut = 0; cut <= wire.Length; cut++)
        {
            Assert.Equal(Text, Inflate(inflater, [wire[..cut], wire[cut..]]));
        }
    }

    [Fact]
    public void Data_behind_a_final_block_is_refused_and_not_lost()
    {
        byte[] wire = [.. Finished(Text), .. RawMessage.Deflate(Text)];
        for (var cut = 0; cut <= wire.Length; cut++)
        {
            using var inflater = new MessageInflater();
            Assert.Null(Inflate(inflater, [wire[..cut], wire[cut..]]));
        }
    }

    [Fact]
    public void What_is_cut_short_or_broken_is_refused()
    {
        var wire = RawMessage.Deflate(Text);
        for (var length = 1; length < wire.Length; length++)
        {
            using var inflater = new MessageInflater();
            var whole = new ArrayBufferWriter<byte>();
            var status = PermessageDeflate.Inflate(wire.AsMemory(0, length), whole, maxBytes: 1 << 20);
            var expected = status == InflateStatus.Done ? whole.WrittenSpan.ToArray() : null;
            Assert.Equal(expected, Inflate(inflater, [wire[..length]]));
        }

        using var other = new MessageInflater();
        Assert.Null(Inflate(other, [[0xff, 0xff, 0xff]]));
    }

    [Fact]
    public void What_was_compressed_in_pieces_is_one_message_and_each_piece_can_be_read_at_once()
    {
        var random = new Random(7);
        using var deflater = new MessageDeflater();
        using var inflater = new MessageInflater();
        for (var round = 0; round < 200; round++)
        {
            var pieces = new byte[random.Next(1, 6)][];
            List<byte> wire = [];
            for (var i = 0; i < pieces.Length; i++)
            {
                pieces[i] = new byte[random.Next(4) * random.Next(3000)];
                random.NextBytes(pieces[i].AsSpan(0, pieces[i].Length / 2));
                var isEnd = i == pieces.Length - 1;
                var compressed = deflater.Add(pieces[i], isEnd).ToArray();
                wire.AddRange(compressed);
                Assert.Equal(pieces[i], Inflate(inflater, [compressed], isEnd));
            }

            var whole = new ArrayBufferWriter<byte>();
            Assert.Equal(InflateStatus.Done, PermessageDeflate.Inflate(wire.ToArray(), whole, 1 << 20));
            Assert.Equal(pieces.SelectMany(piece => piece), whole.WrittenSpan.ToArray());
        }
    }

    /// <summary>Null for broken data.</summary>
    private static byte[]? Inflate(MessageInflater inflater, byte[][] pieces, bool endsMessage = true)
    {
        List<byte> all = [];
        var buffer = new byte[100];
        for (var i = 0; i < pieces.Length; i++)
        {
            inflater.Add(pieces[i], endsMessage && i == pieces.Length - 1);
            for (var isDry = false; !isDry;)
            {
                if (!inflater.TryRead(buffer, out var count, out isDry))
                {
                    return null;
                }

                all.AddRange(buffer.AsSpan(0, count));
            }
        }

        return [.. all];
    }

    private static byte[] Finished(byte[] payload)
    {
        var output = new MemoryStream();
        using (var stream = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            stream.Write(payload);
        }

        return output.ToArray();
    }
}
