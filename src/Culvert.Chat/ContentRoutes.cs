using Culvert.Chat.Search;
using Culvert.Chat.Search.Indexing;
using Culvert.Chat.Storage;
using Culvert.Chat.Storage.Sql;
using Culvert.Chat.Uploads;
using Culvert.Server.Diagnostics;
using Culvert.Server.Storage.Sql;
using Culvert.Server.Transports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Culvert.Chat;

/// <summary>The parts and addresses of files, search and mentions.</summary>
internal static class ContentRoutes
{
    public static void AddContent(this IServiceCollection services)
    {
        services.AddSingleton<IFileStore, SqlFileStore>();
        services.AddSingleton<FileShelf>();
        services.AddSingleton<UploadQuota>();
        services.AddSingleton<UploadEndpoint>();
        services.AddSingleton<DownloadEndpoint>();
        services.AddSingleton<FileSweeper>();
        services.AddHostedService(static provider => provider.GetRequiredService<FileSweeper>());

        services.AddSingleton(static provider => WordIndexes.Of(provider.GetRequiredService<SqlDatabase>()));
        services.AddSingleton<IIndexStore, SqlIndexStore>();
        services.AddSingleton<RoomReader>();
        services.AddSingleton<LogFollower>();
        services.AddHostedService(static provider => provider.GetRequiredService<LogFollower>());
        services.AddSingleton<SearchService>();
        services.AddSingleton<SearchEndpoints>();
    }

    public static void MapContent(this IEndpointRouteBuilder routes)
    {
        var guard = routes.ServiceProvider.Get<StoreGuard>();
        RequestDelegate Late(Func<IServiceProvider, RequestDelegate> find) => guard.Around(routes.Late(find));

        routes.MapPost("/v1/rooms/{room}/files", Late(static s => s.Get<UploadEndpoint>().HandleAsync));
        routes.MapMethods(
            "/v1/rooms/{room}/files/{id}/{name?}",
            [HttpMethods.Get, HttpMethods.Head],
            Late(static s => s.Get<DownloadEndpoint>().HandleAsync));
        routes.MapGet("/v1/search", Late(static s => s.Get<SearchEndpoints>().SearchAsync));
        routes.MapGet("/v1/mentions", Late(static s => s.Get<SearchEndpoints>().MentionsAsync));
    }
}
