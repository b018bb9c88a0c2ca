using Culvert.Server.Front;

namespace Culvert.Tests.Front;

public sealed class ConnectionTableTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_more_than_the_limit_is_taken_and_a_place_comes_free()
    {
        await using var rig = new FrontRig(new FrontLimits { MaxConnections = 2 });
        var table = rig.Server.Connections;
        FrontConnection[] some = [rig.Lone(), rig.Lone(), rig.Lone()];

        Assert.True(table.TryAdd(some[0]));
        Assert.True(table.TryAdd(some[1]));
        Assert.False(table.TryAdd(some[2]));
        some[2].Close();
        Assert.Equal(2, table.Count);
        some[0].Close();
        some[0].Close();
        Assert.Equal(1, table.Count);
        Assert.True(table.TryAdd(rig.Lone()));
    }

    [Fact]
    public async Task An_address_has_its_own_limit_and_loopback_has_none()
    {
        await using var rig = new FrontRig(new FrontLimits { MaxConnectionsPerAddress = 2 });
        var table = rig.Server.Connections;
        var first = rig.Lone("192.0.2.1");

        Assert.True(table.TryAdd(first));
        Assert.True(table.TryAdd(rig.Lone("192.0.2.1")));
        Assert.False(table.TryAdd(rig.Lone("192.0.2.1")));
        Assert.True(table.TryAdd(rig.Lone("192.0.2.2")));
        Assert.True(table.TryAdd(rig.Lone("2001:db8::1")));
        for (var i = 0; i < 5; i++)
        {
            Assert.True(table.TryAdd(rig.Lone("127.0.0.1")));
            Assert.True(table.TryAdd(rig.Lone("::1")));
        }

        first.Close();
        Assert.True(table.TryAdd(rig.Lone("192.0.2.1")));
        Assert.False(table.TryAdd(rig.Lone("192.0.2.1")));
    }

    [Fact]
    public async Task ForEach_sees_those_that_are_open_and_may_close_them()
    {
        await using var rig = new FrontRig();
        var table = rig.Server.Connections;
        FrontConnection[] some = [rig.Lone(), rig.Lone(), rig.Lone(), rig.Lone()];
        Assert.All(some, connection => Assert.True(table.TryAdd(connection)));
        some[1].Close();
        some[3].Close();
        var seen = new List<FrontConnection>();

        table.ForEach(connection =>
        {
            seen.Add(connection);
            connection.Close();
        });

        Assert.Equal([some[2], some[0]], seen);
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public async Task The_front_has_passed_on_when_each_is_handed_over_or_closed()
    {
        await using var rig = new FrontRig();
        var table = rig.Server.Connections;
        Assert.True(table.WhenPassedAsync(Cancel).IsCompletedSuccessfully);
        FrontConnection[] some = [rig.Lone(), rig.Lone(), rig.Lone()];
        Assert.All(some, connection => Assert.True(table.TryAdd(connection)));
        var passed = table.WhenPassedAsync(Cancel);

        table.HandOver(some[0]);
        some[0].Close();
        some[1].Close();
        Assert.False(passed.IsCompleted);

        // Closed by the sweep while it was about to be handed over: it counts once.
        table.HandOver(some[1]);
        Assert.False(passed.IsCompleted);
        Assert.False(table.WhenPassedAsync(Cancel).IsCompleted);

        table.HandOver(some[2]);
        await passed.WaitAsync(Limit, Cancel);
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public async Task Counts_stay_right_under_many_hands()
    {
        await using var rig = new FrontRig(new FrontLimits { MaxConnections = 60, MaxConnectionsPerAddress = 7 });
        var table = rig.Server.Connections;
        var working = Enumerable.Range(0, 8).Select(seed => Task.Run(
            () =>
            {
                var random = new Random(seed);
                var own = new List<FrontConnection>();
                for (var i = 0; i < 2_000; i++)
                {
                    if (random.Next(2) == 0 && own.Count < 20)
                    {
                        var connection = rig.Lone($"192.0.2.{random.Next(10)}");
                        if (table.TryAdd(connection))
                        {
                            own.Add(connection);
                        }
                        else
                        {
                            connection.Close();
                        }
                    }
                    else if (own.Count > 0)
                    {
                        var index = random.Next(own.Count);
                        if (random.Next(2) == 0)
                        {
                            table.HandOver(own[index]);
                        }

                        own[index].Close();
                        own.RemoveAt(index);
                    }

                    Assert.InRange(table.Count, 0, 60);
                }

                own.ForEach(connection => connection.Close());
            },
            Cancel));
        await Task.WhenAll(working).WaitAsync(Limit, Cancel);

        Assert.Equal(0, table.Count);
        Assert.True(table.WhenPassedAsync(Cancel).IsCompletedSuccessfully);
        for (var i = 0; i < 60; i++)
        {
            Assert.True(table.TryAdd(rig.Lone($"192.0.2.{i % 10}")));
        }
    }
}
