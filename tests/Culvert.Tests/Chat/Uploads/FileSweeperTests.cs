using System.Threading.Channels;
using Culvert.Chat;
using Culvert.Chat.Uploads;
using Culvert.Server.Hosting;
using Culvert.Tests.Storage;
using Culvert.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Culvert.Tests.Chat.Uploads;

/// <summary>When files leave the disk without anybody asking.</summary>
public sealed class FileSweeperTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_server_sweeps_a_minute_after_its_start_and_every_hour()
    {
        var time = new ManualTimeProvider();
        var store = new SweptStore();
        using var quota = new UploadQuota(store, new ChatOptions(), time);
        using var sweeper = new FileSweeper(
            store,
            new FileShelf(new ServerOptions { Data = _directory.Path }),
            quota,
            time,
            NullLogger<FileSweeper>.Instance);
        await sweeper.StartAsync(TestContext.Current.CancellationToken);
        var start = time.GetUtcNow();

        time.Advance(TimeSpan.FromMinutes(1));
        var first = await store.NextAsync();
        time.Advance(TimeSpan.FromHours(1));
        var second = await store.NextAsync();
        await sweeper.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(start + TimeSpan.FromMinutes(1) - TimeSpan.FromHours(24), first);
        Assert.Equal(TimeSpan.FromHours(1), second - first);
    }

    private sealed class SweptStore : IFileStore
    {
        private readonly Channel<long> _sweeps = Channel.CreateUnbounded<long>();
        private long _before;

        /// <summary>Before which time files are too old, as the next sweep has it; waits for one.</summary>
        public async Task<DateTimeOffset> NextAsync() => DateTimeOffset.FromUnixTimeMilliseconds(
            await _sweeps.Reader.ReadAsync(TestContext.Current.CancellationToken));

        public ValueTask DropUnsentAsync(long before, CancellationToken cancellationToken)
        {
            _before = before;
            return ValueTask.CompletedTask;
        }

        public ValueTask<IReadOnlyList<(string Id, long Size)>> ListDroppedAsync(
            int limit, CancellationToken cancellationToken)
        {
            _sweeps.Writer.TryWrite(_before);
            return new([]);
        }

        public ValueTask AddAsync(FileRecord file, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<FileRecord?> FindAsync(string id, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask<FileUsage> ReadUsageAsync(long since, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public ValueTask ForgetAsync(IReadOnlyList<string> ids, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
