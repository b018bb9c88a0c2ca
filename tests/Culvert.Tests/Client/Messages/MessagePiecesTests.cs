using System.Security.Cryptography;
using Culvert.Client.Messages;

namespace Culvert.Tests.Client.Messages;

/// <summary>Messages that are written and read piece by piece.</summary>
public sealed class MessagePiecesTests
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Cancelled => Pair.Cancelled;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(3_000_000)]
    public async Task What_is_written_in_pieces_arrives_as_one_message(int length)
    {
        await using var pair = await Pair.OpenAsync();
        var data = RandomNumberGenerator.GetBytes(length);
        var receiving = pair.Server.ReceiveAsync(Cancelled).AsTask();

        await using (var writer = pair.Client.OpenWriter())
        {
            for (var at = 0; at < length; at += 50_000)
            {
                await writer.WriteAsync(data.AsMemory(at, Math.Min(50_000, length - at)), Cancelled);
            }

            await writer.CompleteAsync(Cancelled);
        }

        using var message = await Pair.Within(receiving);
        Assert.Equal(MessageKind.Binary, message.Kind);
        Assert.True(message.Data.Span.SequenceEqual(data));
        await pair.Client.SendAsync("next", Cancelled);
        Assert.Equal("next", await Pair.TextAsync(pair.Server));
    }

    [Fact]
    public async Task A_message_of_any_size_is_read_as_it_comes()
    {
        const int Total = 100 * MiB;
        var limits = MessageLimits.Default with { MaxPiecedMessageBytes = 1L << 40 };
        await using var pair = await Pair.OpenAsync(server: new MessageListenerOptions { Limits = limits });
        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var sending = Task.Run(
            async () =>
            {
                var piece = new byte[100_003];
                await using var writer = pair.Client.OpenWriter();
                for (var left = Total; left > 0; left -= piece.Length)
                {
                    var part = piece.AsMemory(0, Math.Min(left, piece.Length));
                    part.Span.Fill((byte)left);
                    sent.AppendData(part.Span);
                    await writer.WriteAsync(part, Cancelled);
                }

                await writer.CompleteAsync(Cancelled);
            },
            Cancelled);
        var buffer = new byte[64 * 1024];
        long total = 0;

        await using (var reader = await Pair.Within(pair.Server.OpenReaderAsync(Cancelled).AsTask()))
        {
            int count;
            while ((count = await reader.ReadAsync(buffer, Cancelled).AsTask().WaitAsync(Pair.Limit, Cancelled)) > 0)
            {
                received.AppendData(buffer, 0, count);
                total += count;
            }

            Assert.Equal(0, await reader.ReadAsync(buffer, Cancelled));
        }

        await Pair.Within(sending);
        Assert.Equal(Total, total);
        Assert.Equal(sent.GetHashAndReset(), received.GetHashAndReset());
    }

    [Fact]
    public async Task A_reader_gets_the_first_pieces_before_the_last_is_written()
    {
        await using var pair = await Pair.OpenAsync();
        var opening = pair.Server.OpenReaderAsync(Cancelled).AsTask();
        await using var writer = pair.Client.OpenWriter(MessageKind.Text);
        await writer.WriteAsync("one "u8.ToArray(), Cancelled);
        await writer.FlushAsync(Cancelled);

        await using var reader = await Pair.Within(opening);
        var buffer = new byte[16];
        Assert.Equal(4, await reader.ReadAsync(buffer, Cancelled).AsTask().WaitAsync(Pair.Limit, Cancelled));
        await writer.WriteAsync("two"u8.ToArray(), Cancelled);
        await writer.CompleteAsync(Cancelled);

        Assert.Equal(MessageKind.Text, reader.Kind);
        using var rest = new StreamReader(reader);
        Assert.Equal("two", await Pair.Within(rest.ReadToEndAsync(Cancelled)));
    }

    [Fact]
    public async Task Blocking_calls_write_and_read_pieces_too()
    {
        await using var pair = await Pair.OpenAsync();
        var data = RandomNumberGenerator.GetBytes(2 * MiB);

        var writing = Pair.Blocking(() =>
        {
            using var writer = pair.Client.OpenWriter();
            writer.Write(data);
            writer.Complete();
            return true;
        });
        var read = await Pair.Blocking(() =>
        {
            using var reader = pair.Server.OpenReader();
            using var all = new MemoryStream();
            reader.CopyTo(all);
            return all.ToArray();
        });

        Assert.True(await writing);
        Assert.Equal(data, read);
    }

    [Fact]
    public async Task Others_wait_for_the_end_of_it_and_pings_do_not()
    {
        await using var pair = await Pair.OpenAsync();
        var receiving = pair.Server.ReceiveAsync(Cancelled).AsTask();
        await using var writer = pair.Client.OpenWriter();
        await writer.WriteAsync(new byte[100_000], Cancelled);
        await writer.FlushAsync(Cancelled);

        var other = pair.Client.SendAsync("other", Cancelled).AsTask();
        var second = pair.Client.OpenWriter();
        await second.WriteAsync("second"u8.ToArray(), Cancelled);
        var completing = second.CompleteAsync(Cancelled).AsTask();
        await Pair.Within(pair.Client.PingAsync(Cancelled).AsTask());
        await Pair.Within(pair.Server.PingAsync(Cancelled).AsTask());
        Assert.False(other.IsCompleted || completing.IsCompleted || receiving.IsCompleted);
        using var cancel = new CancellationTokenSource();
        var cancelled = pair.Client.SendAsync("never", cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await writer.CompleteAsync(Cancelled);

        using var first = await Pair.Within(receiving);
        Assert.Equal(100_000, first.Length);
        await Pair.Within(Task.WhenAll(other, completing));
        string[] rest = [await Pair.TextAsync(pair.Server), await Pair.TextAsync(pair.Server)];
        Assert.Equal(["other", "second"], rest.Order());
        await second.DisposeAsync();
        Assert.Equal(ConnectionState.Open, pair.Client.State);
    }

    [Fact]
    public async Task A_message_given_up_halfway_closes_the_connection_and_never_reads_as_whole()
    {
        await using var pair = await Pair.OpenAsync();
        var opening = pair.Server.OpenReaderAsync(Cancelled).AsTask();
        var writer = pair.Client.OpenWriter();
        await writer.WriteAsync(new byte[100_000], Cancelled);
        var waiting = pair.Client.SendAsync("waits", Cancelled).AsTask();

        await writer.DisposeAsync();

        await using var reader = await Pair.Within(opening);
        var cut = await Assert.ThrowsAsync<IOException>(() => Pair.Within(reader.CopyToAsync(Stream.Null, Cancelled)));
        var told = Assert.IsType<ConnectionClosedErrorException>(cut.InnerException).Closed;
        Assert.Equal((1011, "a message was given up halfway", CloseSide.Remote), (told.Code, told.Reason, told.By));
        var late = await Assert.ThrowsAsync<ConnectionClosedErrorException>(() => Pair.Within(waiting));
        Assert.Equal((1011, CloseSide.Local), (late.Closed.Code, late.Closed.By));
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.WriteAsync(new byte[1], Cancelled).AsTask());
    }

    [Fact]
    public async Task A_message_given_up_before_its_first_piece_harms_nobody()
    {
        await using var pair = await Pair.OpenAsync();
        await using (var writer = pair.Client.OpenWriter())
        {
            await writer.WriteAsync(new byte[60_000], Cancelled);
        }

        await pair.Client.SendAsync("next", Cancelled);

        Assert.Equal("next", await Pair.TextAsync(pair.Server));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(200_000)]
    public async Task A_text_that_is_no_UTF_8_is_refused_where_it_is_written(int before)
    {
        await using var pair = await Pair.OpenAsync();
        var writer = pair.Client.OpenWriter(MessageKind.Text);
        await writer.WriteAsync(new byte[before], Cancelled);
        await writer.WriteAsync("\u20ac"u8.ToArray().AsMemory(0, 2), Cancelled);

        await Assert.ThrowsAsync<ArgumentException>(() => writer.CompleteAsync(Cancelled).AsTask());
        await Assert.ThrowsAsync<InvalidOperationException>(() => writer.CompleteAsync(Cancelled).AsTask());
        await writer.DisposeAsync();

        if (before < 65_536)
        {
            Assert.Equal(ConnectionState.Open, pair.Client.State);
        }
        else
        {
            Assert.Equal(1011, (await Pair.EndAsync(pair.Client)).Code);
        }
    }

    [Fact]
    public async Task A_reader_that_is_not_read_to_the_end_drops_the_rest_and_the_next_message_comes()
    {
        await using var pair = await Pair.OpenAsync();
        var sending = pair.Client.SendAsync(new byte[8 * MiB], MessageKind.Binary, Cancelled).AsTask();
        var next = pair.Client.SendAsync("next", Cancelled).AsTask();

        await using (var reader = await Pair.Within(pair.Server.OpenReaderAsync(Cancelled).AsTask()))
        {
            await reader.ReadExactlyAsync(new byte[100_000], Cancelled);
        }

        Assert.Equal("next", await Pair.TextAsync(pair.Server));
        await Pair.Within(Task.WhenAll(sending, next));
    }

    [Fact]
    public async Task A_reader_that_stands_still_slows_the_sender_and_is_not_taken_for_dead()
    {
        var quick = MessageLimits.Default with
        {
            PingInterval = TimeSpan.FromMilliseconds(20),
            PongTimeout = TimeSpan.FromSeconds(1.5),
        };
        await using var pair = await Pair.OpenAsync(
            new MessageClientOptions { Limits = MessageLimits.Default with { PingInterval = TimeSpan.FromHours(1) } },
            new MessageListenerOptions { Limits = quick });
        var data = RandomNumberGenerator.GetBytes(16 * MiB);
        var sending = pair.Client.SendAsync(data, MessageKind.Binary, Cancelled).AsTask();
        await using var reader = await Pair.Within(pair.Server.OpenReaderAsync(Cancelled).AsTask());
        var first = new byte[1];
        await reader.ReadExactlyAsync(first, Cancelled);

        // Longer than an answer to a ping may take.
        await Assert.ThrowsAsync<TimeoutException>(
            () => sending.WaitAsync(TimeSpan.FromSeconds(2), Cancelled));
        using var rest = new MemoryStream();
        await Pair.Within(reader.CopyToAsync(rest, Cancelled));

        Assert.True(data.AsSpan(1).SequenceEqual(rest.ToArray()));
        Assert.Equal(data[0], first[0]);
        await Pair.Within(sending);
    }

    [Fact]
    public async Task A_large_message_waits_for_whoever_asks_first()
    {
        await using var pair = await Pair.OpenAsync();
        var data = RandomNumberGenerator.GetBytes(5 * MiB);

        var sending = pair.Client.SendAsync(data, MessageKind.Binary, Cancelled).AsTask();
        Message? polled = null;
        using var limit = new CancellationTokenSource(Pair.Limit);
        while (!pair.Server.TryReceive(TimeSpan.Zero, out polled) && !limit.IsCancellationRequested)
        {
            await Task.Yield();
        }

        await Pair.Within(sending);
        using var whole = polled;
        Assert.True(whole?.Data.Span.SequenceEqual(data));
    }

    [Fact]
    public async Task Over_the_limit_for_whole_messages_only_a_reader_gets_it()
    {
        var limits = MessageLimits.Default with { MaxMessageBytes = MiB, MaxPiecedMessageBytes = 3 * MiB };
        var server = new MessageListenerOptions { Limits = limits };
        await using (var pair = await Pair.OpenAsync(server: server))
        {
            var opening = pair.Server.OpenReaderAsync(Cancelled).AsTask();
            var sending = pair.Client.SendAsync(new byte[3 * MiB], MessageKind.Binary, Cancelled).AsTask();
            await using var reader = await Pair.Within(opening);
            using var all = new MemoryStream();
            await Pair.Within(reader.CopyToAsync(all, Cancelled));
            await Pair.Within(sending);
            Assert.Equal(3 * MiB, all.Length);

            var tooLarge = pair.Server.OpenReaderAsync(Cancelled).AsTask();
            _ = pair.Client.SendAsync(new byte[(3 * MiB) + 1], MessageKind.Binary, Cancelled).AsTask();
            var refused = await Assert.ThrowsAsync<ConnectionClosedErrorException>(() => Pair.Within(tooLarge));
            Assert.Contains("MaxPiecedMessageBytes = 3145728", refused.ToString(), StringComparison.Ordinal);
        }

        await using (var pair = await Pair.OpenAsync(server: server))
        {
            _ = pair.Client.SendAsync(new byte[2 * MiB], MessageKind.Binary, Cancelled).AsTask();
            var end = await Pair.EndAsync(pair.Server);
            var cause = Assert.IsType<MessageTooBigException>(end.Cause);
            Assert.Equal((1009, CloseSide.Local, (long)MiB), (end.Code, cause.Side, cause.LimitBytes));
        }
    }

    [Fact]
    public async Task A_close_between_two_pieces_cuts_the_message_and_says_so()
    {
        await using var pair = await Pair.OpenAsync();
        var opening = pair.Server.OpenReaderAsync(Cancelled).AsTask();
        await using var writer = pair.Client.OpenWriter();
        await writer.WriteAsync(new byte[100_000], Cancelled);

        await Pair.Within(pair.Client.CloseAsync(cancellationToken: Cancelled).AsTask());

        await using var reader = await Pair.Within(opening);
        var cut = await Assert.ThrowsAsync<IOException>(() => Pair.Within(reader.CopyToAsync(Stream.Null, Cancelled)));
        Assert.IsType<ConnectionClosedOkException>(cut.InnerException);
        await Assert.ThrowsAsync<ConnectionClosedOkException>(() => writer.CompleteAsync(Cancelled).AsTask());
    }

    [Fact]
    public async Task Closing_does_not_wait_for_a_reader_that_stands_still()
    {
        await using var pair = await Pair.OpenAsync();
        _ = pair.Client.SendAsync(new byte[8 * MiB], MessageKind.Binary, Cancelled).AsTask();
        await using var reader = await Pair.Within(pair.Server.OpenReaderAsync(Cancelled).AsTask());

        await Pair.Within(pair.Server.CloseAsync(cancellationToken: Cancelled).AsTask());

        await Assert.ThrowsAsync<IOException>(() => Pair.Within(reader.CopyToAsync(Stream.Null, Cancelled)));
    }

    [Fact]
    public async Task Pieces_and_whole_messages_take_turns_in_any_order()
    {
        const int Messages = 60;
        const int Seed = 11;
        var random = new Random(Seed);
        await using var pair = await Pair.OpenAsync();
        var data = Enumerable.Range(0, Messages).Select(_ => new byte[random.Next(3 * MiB)]).ToArray();
        Array.ForEach(data, random.NextBytes);
        var inPieces = Array.ConvertAll(data, _ => random.Next(2) == 0);
        var sending = Task.Run(
            async () =>
            {
                for (var i = 0; i < Messages; i++)
                {
                    await using var writer = inPieces[i] ? pair.Client.OpenWriter() : null;
                    if (writer is null)
                    {
                        await pair.Client.SendAsync(data[i], MessageKind.Binary, Cancelled);
                        continue;
                    }

                    await writer.WriteAsync(data[i], Cancelled);
                    await writer.CompleteAsync(Cancelled);
                }
            },
            Cancelled);

        for (var i = 0; i < Messages; i++)
        {
            using var all = new MemoryStream();
            if (random.Next(2) == 0)
            {
                await using var reader = await Pair.Within(pair.Server.OpenReaderAsync(Cancelled).AsTask());
                await Pair.Within(reader.CopyToAsync(all, Cancelled));
            }
            else
            {
                using var message = await Pair.Within(pair.Server.ReceiveAsync(Cancelled).AsTask());
                all.Write(message.Data.Span);
            }

            Assert.True(all.ToArray().AsSpan().SequenceEqual(data[i]), $"seed {Seed}, message {i}");
        }

        await Pair.Within(sending);
    }
}
