using Culvert.Server.Tunnels;
using Culvert.Server.Tunnels.Agents;
using Culvert.Server.Tunnels.Names;
using Culvert.Tests.Support;

namespace Culvert.Tests.Tunnels;

public sealed class NameTableTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly NameTable _names;
    private readonly AgentSession _first = new("1", 7, "alice");
    private readonly AgentSession _second = new("2", 7, "alice");
    private readonly AgentSession _foreign = new("3", 8, "bob");

    public NameTableTests()
    {
        _names = new NameTable(maxNames: 3, _time);
    }

    [Fact]
    public void A_name_is_found_whatever_its_case()
    {
        Assert.True(_names.Register(_first, [("Game-7", "a")]).IsDone);

        Assert.Equal("Game-7", _names.Enter("gAME-7", [])?.Name);
        Assert.True(_names.Contains("GAME-7"));
        Assert.Null(_names.Enter("game-8", []));
    }

    [Fact]
    public void Another_user_does_not_get_a_name_that_is_held_and_none_of_those_beside_it()
    {
        _names.Register(_first, [("a", "x")]);

        var outcome = _names.Register(_foreign, [("b", "x"), ("A", "x")]);

        Assert.Equal("A", outcome.Taken);
        Assert.False(_names.Contains("b"));
        Assert.Empty(_foreign.Names);
        _names.RemoveAll(_first);
        Assert.True(_names.Register(_foreign, [("a", "x")]).IsDone);
    }

    [Fact]
    public void The_same_instance_takes_over_at_once_with_all_that_the_old_one_had()
    {
        _names.Register(_first, [("a", "x"), ("b", "y")]);

        var outcome = _names.Register(_second, [("a", "x")]);

        Assert.Same(_first, Assert.Single(outcome.Replaced));
        Assert.Same(_second, _names.Enter("a", [])?.Session);
        Assert.False(_names.Contains("b"));
        Assert.True(_names.Register(_first, [("a", "x")]).IsGone);
    }

    [Fact]
    public void Another_instance_joins_the_pool_and_the_fewest_streams_come_first()
    {
        _names.Register(_first, [("a", "x")]);
        Assert.Empty(_names.Register(_second, [("a", "y")]).Replaced);

        var one = _names.Enter("a", [])!;
        var other = _names.Enter("a", [])!;
        Assert.NotSame(one, other);
        _names.Leave(one);
        Assert.Same(one, _names.Enter("a", []));

        Assert.Same(other, _names.Enter("a", [one]));
        Assert.Null(_names.Enter("a", [one, other]));
        _names.RemoveAll(_first);
        Assert.Same(_second, _names.Enter("a", [])?.Session);
    }

    [Fact]
    public void Saying_it_again_changes_nothing()
    {
        _names.Register(_first, [("a", "x")]);
        var before = _names.Enter("a", []);

        Assert.True(_names.Register(_first, [("A", "x")]).IsDone);

        Assert.Same(before, _names.Enter("a", []));
    }

    [Fact]
    public void One_agent_has_so_many_names_and_no_more()
    {
        Assert.True(_names.Register(_first, [("a", "x"), ("b", "x"), ("c", "x")]).IsDone);
        Assert.True(_names.Register(_first, [("a", "x")]).IsDone);
        Assert.True(_names.Register(_first, [("d", "x")]).IsTooMany);

        Assert.True(_names.Remove(_first, "B"));
        Assert.False(_names.Remove(_first, "b"));
        Assert.False(_names.Remove(_second, "a"));
        Assert.True(_names.Register(_first, [("d", "x")]).IsDone);
        Assert.Equal(3, _names.Count);
    }

    [Fact]
    public void Who_fails_three_times_in_a_row_is_left_out_for_a_moment_unless_it_is_alone()
    {
        _names.Register(_first, [("a", "x")]);
        var alone = _names.Enter("a", [])!;
        Fail(alone, 3);
        Assert.Same(alone, _names.Enter("a", []));

        _names.Register(_second, [("a", "y")]);
        var other = _names.Enter("a", [])!;
        Assert.NotSame(alone, other);
        Assert.Same(other, _names.Enter("a", []));
        Assert.Same(other, _names.Enter("a", []));

        _time.Advance(NameTable.DownTime);
        Assert.Same(alone, _names.Enter("a", []));

        Fail(alone, 2);
        _names.Report(alone, isUp: true);
        Fail(alone, 2);
        Assert.Equal(0, alone.DownUntil);
    }

    [Theory]
    [InlineData("game-7", "alice", true)]
    [InlineData("game-7", "Bob", true)]
    [InlineData("game-7", "carol", false)]
    [InlineData("open-1", "carol", true)]
    [InlineData("db", "alice", false)]
    public void Names_are_for_those_who_may_have_them(string name, string user, bool isAllowed)
    {
        var rights = new NameRights(new TunnelServerOptions
        {
            Names = new Dictionary<string, IReadOnlyList<string>> { ["game-*"] = ["alice", "bob"], ["open-*"] = ["*"] },
            Public = ["open-*"],
        });

        Assert.Equal(isAllowed, rights.MayRegister(name, user));
        Assert.Equal(name == "open-1", rights.IsPublic(name));
        Assert.True(new NameRights(new TunnelServerOptions()).MayRegister(name, user));
    }

    private void Fail(Registration registration, int times)
    {
        for (var i = 0; i < times; i++)
        {
            _names.Report(registration, isUp: false);
        }
    }
}
