using Culvert.Server.Rooms;

namespace Culvert.Tests.Rooms;

public sealed class AwayUsersTests
{
    private readonly AwayUsers _users = new();

    [Fact]
    public void A_user_is_away_when_every_connection_that_says_something_is()
    {
        Assert.Null(_users.Change("bob", null, false));
        Assert.Null(_users.Change("bob", null, false));
        Assert.Null(_users.Change("bob", false, true));
        Assert.Empty(_users.Among(["bob"]));

        Assert.True(_users.Change("bob", false, true));
        Assert.Equal(["bob"], _users.Among(["alice", "bob"]));

        Assert.False(_users.Change("bob", true, false));
        Assert.Empty(_users.Among(["bob"]));
    }

    [Fact]
    public void The_end_of_the_one_that_is_not_leaves_the_user_away()
    {
        Assert.True(_users.Change("bob", null, true));
        Assert.False(_users.Change("bob", null, false));

        Assert.True(_users.Change("bob", false, null));
    }

    [Fact]
    public void The_end_of_the_last_one_is_told_by_presence_and_leaves_nothing()
    {
        Assert.True(_users.Change("bob", null, true));

        Assert.Null(_users.Change("bob", true, null));
        Assert.Empty(_users.Among(["bob"]));
        Assert.True(_users.Change("bob", null, true));
    }

    [Fact]
    public void To_say_it_again_changes_nothing()
    {
        Assert.True(_users.Change("bob", null, true));

        Assert.Null(_users.Change("bob", true, true));
        Assert.False(_users.Change("bob", true, false));
    }
}
